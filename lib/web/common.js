'use strict';
/*
 * What the pages share.  Whatever comes from the daemon becomes text of a node, never
 * markup: there is no innerHTML here, and the server's Content-Security-Policy forbids it.
 */

const byId = (id) => document.getElementById(id);

/* A new element with a text and classes. */
function make(tag, text, classes) {
	const node = document.createElement(tag);

	if (text !== undefined && text !== null)
		node.textContent = text;
	if (classes)
		node.className = classes;
	return node;
}

/* Only if it changes, so that a selection of the reader stays. */
function setText(node, text) {
	text = String(text);
	if (node.textContent !== text)
		node.textContent = text;
}

/* JSON of the daemon; an answer has ten seconds. */
async function load(path) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), 10000);

	try {
		const answer = await fetch(path, { signal: stop.signal, cache: 'no-store', credentials: 'omit' });

		if (!answer.ok)
			throw new Error(answer.status + ' ' + answer.statusText);
		return await answer.json();
	} finally {
		clearTimeout(timer);
	}
}

/* 2310000000 -> "2.31 G" */
function si(n) {
	const prefix = ['', 'k', 'M', 'G', 'T', 'P'];
	let i = 0;

	if (n === null || n === undefined)
		return '–';
	while (Math.abs(n) >= 1000 && i < prefix.length - 1) {
		n /= 1000;
		i++;
	}
	if (i === 0)
		return n >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(1);
	return n.toFixed(n >= 100 ? 0 : n >= 10 ? 1 : 2) + ' ' + prefix[i];
}

/* 1234567 -> "1 234 567", with narrow spaces that do not break */
function whole(n) {
	return n === null || n === undefined ? '–' : String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/* (1, 'frame') -> "1 frame" */
function count(n, noun) {
	return whole(n) + ' ' + noun + (n === 1 ? '' : 's');
}

function speed(mbit) {
	if (!mbit)
		return '–';
	return mbit >= 1000 ? mbit / 1000 + ' G' : mbit + ' M';
}

/* 93784 -> "1d 2h" */
function span(seconds) {
	const unit = [['d', 86400], ['h', 3600], ['m', 60], ['s', 1]];

	for (let i = 0; i < unit.length; i++) {
		if (seconds < unit[i][1] && i < unit.length - 1)
			continue;
		const n = Math.floor(seconds / unit[i][1]);
		const rest = i + 1 < unit.length ? Math.floor((seconds % unit[i][1]) / unit[i + 1][1]) : 0;

		return n + unit[i][0] + (rest > 0 ? ' ' + rest + unit[i + 1][0] : '');
	}
	return '0s';
}

function member(row) {
	const name = row.name !== undefined ? row.name : row.description;
	const asn = row.asn ? 'AS' + row.asn : '';

	return [asn, name || ''].filter((text) => text !== '').join(' ');
}

/* The state of a port: a sign and a word, so that no colour is needed. */
function showState(cell, state) {
	const looks = {
		'up': ['▲', 'good'],
		'quarantine': ['◆', 'warn'],
		'disabled': ['■', 'soft'],
		'off': ['■', 'soft'],
	};
	const [sign, look] = looks[state] || ['▼', 'bad'];

	if (cell.dataset.state === state)
		return;
	cell.dataset.state = state;
	cell.replaceChildren(make('span', sign + ' ', look), make('span', state, look));
	cell.firstChild.setAttribute('aria-hidden', 'true');
}

/* Numbers by size, texts with numbers in them as people sort them, nothing last. */
function compare(a, b) {
	if (a === b)
		return 0;
	if (a === null || a === undefined)
		return 1;
	if (b === null || b === undefined)
		return -1;
	if (typeof a === 'number' && typeof b === 'number')
		return a - b;
	return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/*
 * A table whose rows are updated in place, sorted by a heading and filtered by a text.
 * 'columns' is a list of {key(row), show(cell, row), th, number, wide}.
 */
class LiveTable {
	constructor(table, columns, id, text) {
		this.table = table;
		this.body = table.tBodies[0];
		this.columns = columns;
		this.id = id;
		this.text = text;
		this.filter = '';
		this.by = 0;
		this.down = false;
		this.rows = new Map();
		this.heads = Array.from(table.tHead.rows[0].cells);
		this.heads.forEach((head, i) => {
			const button = make('button', head.textContent, 'plain');

			button.type = 'button';
			button.addEventListener('click', () => this.sortBy(i));
			head.replaceChildren(button);
		});
		this.mark();
	}

	mark() {
		this.heads.forEach((head, i) => {
			if (i === this.by)
				head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending');
			else
				head.removeAttribute('aria-sort');
		});
	}

	sortBy(i) {
		this.down = i === this.by ? !this.down : Boolean(this.columns[i].number);
		this.by = i;
		this.mark();
		this.order();
	}

	setFilter(text) {
		this.filter = text.trim().toLowerCase();
		this.order();
	}

	add(data) {
		const node = this.body.insertRow();
		const row = { node, data, cells: [], more: null };

		this.columns.forEach((column, i) => {
			const cell = i === 0 ? make('th') : make('td');

			if (i === 0)
				cell.scope = 'row';
			if (column.number)
				cell.classList.add('n');
			if (column.wide)
				cell.classList.add('wide');
			row.cells.push(cell);
			node.append(cell);
		});
		return row;
	}

	remove(row) {
		row.node.remove();
		if (row.more !== null)
			row.more.remove();
	}

	update(list) {
		const there = new Set();

		for (const data of list) {
			const id = this.id(data);
			let row = this.rows.get(id);

			there.add(id);
			if (row === undefined) {
				row = this.add(data);
				this.rows.set(id, row);
			}
			row.data = data;
			row.text = this.text(data).toLowerCase();
			this.show(row);
		}
		for (const [id, row] of this.rows) {
			if (!there.has(id)) {
				this.remove(row);
				this.rows.delete(id);
			}
		}
		this.order();
	}

	show(row) {
		this.columns.forEach((column, i) => column.show(row.cells[i], row.data, row));
	}

	/* Nodes are moved only where the order changes. */
	order() {
		const key = this.columns[this.by].key;
		const sign = this.down ? -1 : 1;
		const rows = Array.from(this.rows.values());
		let before = null;
		let shown = 0;

		rows.sort((a, b) => {
			const x = key(a.data), y = key(b.data);
			const nothing = x === null || x === undefined || y === null || y === undefined;

			return (nothing ? compare(x, y) : sign * compare(x, y)) || compare(this.id(a.data), this.id(b.data));
		});
		for (const row of rows) {
			const fits = row.text.includes(this.filter);

			shown += fits;
			row.node.hidden = !fits;
			for (const node of row.more !== null ? [row.node, row.more] : [row.node]) {
				const next = before === null ? this.body.firstChild : before.nextSibling;

				if (next !== node)
					this.body.insertBefore(node, next);
				before = node;
			}
			if (row.more !== null)
				row.more.hidden = !fits;
		}
		this.shown = shown;
	}
}

/*
 * Calls 'update' now, and again 'every' milliseconds after it has ended; not while the
 * page is not seen.  It throws if the daemon does not answer.
 */
function poll(update, every) {
	const state = byId('state'), button = byId('pause');
	let paused = false, timer = 0, running = false;

	const again = async () => {
		clearTimeout(timer);
		if (paused || document.hidden || running)
			return;
		running = true;
		try {
			await update();
			setText(state, 'Updated ' + new Date().toLocaleTimeString('en-GB'));
			state.className = 'soft';
		} catch (error) {
			setText(state, 'No answer since ' + (state.dataset.last || 'the page was opened') + ': ' + error.message);
			state.className = 'bad';
		}
		if (state.className === 'soft')
			state.dataset.last = new Date().toLocaleTimeString('en-GB');
		running = false;
		timer = setTimeout(again, every);
	};

	button.addEventListener('click', () => {
		paused = !paused;
		setText(button, paused ? 'Resume' : 'Pause');
		again();
	});
	document.addEventListener('visibilitychange', again);
	again();
}
