'use strict';
/* The status page: the answers of ixctl, asked for again and again. */

const EVERY = 2000; /* ms, after an answer */

let unit = 'bits';
let open_ = null; /* the port whose drops are shown */

const shown = {
	bits: { rx: (p) => p.rx_bits_per_second, tx: (p) => p.tx_bits_per_second, drops: (p) => p.drops_per_second, text: si, rate: true },
	frames: { rx: (p) => p.rx_frames_per_second, tx: (p) => p.tx_frames_per_second, drops: (p) => p.drops_per_second, text: si, rate: true },
	total: { rx: (p) => p.rx_frames, tx: (p) => p.tx_frames, drops: (p) => p.dropped, text: whole, rate: false },
};

function showPort(cell, p) {
	if (!cell.firstChild)
		cell.append(make('span'), make('div', '', 'soft small'));
	setText(cell.firstChild, p.port);
	setText(cell.lastChild, member(p));
	cell.lastChild.hidden = member(p) === '';
}

function showDrops(cell, p, row) {
	const drops = shown[unit].drops(p);

	if (!cell.firstChild) {
		const button = make('button', '', 'plain link');

		button.type = 'button';
		button.addEventListener('click', () => toggle(row));
		cell.append(button);
	}
	setText(cell.firstChild, shown[unit].text(drops));
	cell.firstChild.setAttribute('aria-label', 'Drops of ' + p.port + ': ' + shown[unit].text(drops) + (shown[unit].rate ? ' a second' : '') + '; show reasons');
	cell.firstChild.setAttribute('aria-expanded', String(row.more !== null));
	cell.firstChild.classList.toggle('bad', drops > 0);
}

const columns = [
	{ key: (p) => p.port, show: showPort },
	{ key: (p) => p.state, show: (cell, p) => showState(cell, p.state) },
	{ key: (p) => p.speed_mbit, show: (cell, p) => setText(cell, speed(p.speed_mbit)), number: true, wide: true },
	{ key: (p) => p.lan, show: (cell, p) => setText(cell, p.lan || '–'), wide: true },
	{ key: (p) => shown[unit].rx(p), show: (cell, p) => setText(cell, shown[unit].text(shown[unit].rx(p))), number: true },
	{ key: (p) => shown[unit].tx(p), show: (cell, p) => setText(cell, shown[unit].text(shown[unit].tx(p))), number: true },
	{ key: (p) => shown[unit].drops(p), show: showDrops, number: true },
];

const ports = new LiveTable(byId('ports'), columns, (p) => p.port,
	(p) => [p.port, member(p), p.lan || '', p.state].join(' '));

const workers = new LiveTable(byId('workers'), [
	{ key: (w) => w.worker, show: (cell, w) => setText(cell, w.worker) },
	{ key: (w) => w.queues.length, show: (cell, w) => setText(cell, w.queues.length), number: true, wide: true },
	{ key: (w) => w.recent_busy_percent, show: showBusy },
	{ key: (w) => w.frames_per_second, show: (cell, w) => setText(cell, si(w.frames_per_second)), number: true },
	{ key: (w) => w.cycles_per_frame, show: (cell, w) => setText(cell, whole(w.cycles_per_frame)), number: true, wide: true },
], (w) => w.worker, (w) => String(w.worker));

function showBusy(cell, w) {
	const busy = w.recent_busy_percent;

	if (!cell.firstChild) {
		const bar = make('meter');

		bar.min = 0;
		bar.max = 100;
		bar.high = 90;
		cell.append(make('span'), bar);
	}
	setText(cell.firstChild, busy === null ? '–' : busy.toFixed(1) + ' %');
	cell.lastChild.value = busy || 0;
	cell.lastChild.setAttribute('aria-label', 'Worker ' + w.worker + ' busy');
}

/* The reasons, in a row below that of the port. */

function toggle(row) {
	const before = open_;

	if (before !== null) {
		before.more.remove();
		before.more = null;
		open_ = null;
		ports.show(before);
	}
	if (before === row)
		return;
	const line = make('tr', null, 'more');
	const cell = make('td', 'Loading …');

	cell.colSpan = columns.length;
	line.append(cell);
	row.more = line;
	open_ = row;
	row.node.after(line);
	ports.show(row);
	showReasons(row).catch((error) => setText(cell, 'No answer: ' + error.message));
}

function fact(list, name, value) {
	list.append(make('dt', name), make('dd', value));
}

function facts(p) {
	const list = make('dl', null, 'pairs');

	fact(list, 'Received', count(p.rx_frames, 'frame') + ', ' + count(p.rx_bytes, 'octet'));
	fact(list, 'Sent', count(p.tx_frames, 'frame') + ', ' + count(p.tx_bytes, 'octet'));
	fact(list, 'Link', speed(p.speed_mbit) + (p.speed_mbit ? 'bit/s' : '') + ', ' + p.state + ' for ' + span(p.link_seconds) + ', ' + count(p.link_changes, 'change'));
	if (p.links_total)
		fact(list, 'LAG', p.links_in_use + ' of ' + count(p.links_total, 'link') + ' in use: ' + p.devices.join('; '));
	else
		fact(list, 'Device', p.device || '–');
	fact(list, 'MAC addresses', p.macs + ' of ' + p.macs_allowed + (p.locked ? ', locked' : '') + (p.culled ? '; BGP is culled' : ''));
	if (p.err_disabled_by)
		fact(list, 'Disabled by', p.err_disabled_by + (p.recovers_in_seconds !== null ? ', for ' + span(p.recovers_in_seconds) + ' more' : ''));
	if (p.device_missing)
		fact(list, 'No device', p.device_missing);
	return list;
}

function reason(row) {
	const item = make('li');

	item.append(make('strong', row.reason), ' (' + row.side + ') ' + count(row.frames, 'frame') + ', ' + si(row.rate) + '/s' +
		(row.would_drop > 0 ? ', ' + whole(row.would_drop) + ' only logged' : '') +
		(row.last_seen_seconds !== null ? ', last ' + span(row.last_seen_seconds) + ' ago' : ''));
	item.append(make('div', row.meaning, 'soft small'));
	if (row.example)
		item.append(make('div', row.example, 'mono'));
	return item;
}

async function showReasons(row) {
	const list = await load('/api/drops?port=' + encodeURIComponent(row.data.port));
	const some = list.filter((r) => r.frames > 0 || r.would_drop > 0);
	const parts = [facts(row.data), make('h3', some.length > 0 ? 'Drops by reason' : 'No frame was dropped')];
	const reasons = make('ul', null, 'policy');

	some.sort((a, b) => b.rate - a.rate || b.frames - a.frames);
	for (const r of some)
		reasons.append(reason(r));
	if (some.length > 0)
		parts.push(reasons);
	if (row.more !== null)
		row.more.firstChild.replaceChildren(...parts);
}

/* The rest of the page. */

function showHealth(s) {
	const badge = byId('health'), list = byId('problem-list');

	document.title = (s.healthy ? '' : '(!) ') + s.name;
	setText(byId('name'), s.name);
	setText(badge, s.healthy ? '✓ healthy' : '! degraded');
	badge.className = 'badge ' + (s.healthy ? 'good' : 'bad');
	setText(byId('about'), 'ixfabricd ' + s.version + ', up ' + span(s.uptime_seconds));
	if (list.dataset.text !== JSON.stringify(s.problems)) {
		list.dataset.text = JSON.stringify(s.problems);
		list.replaceChildren(...s.problems.map((text) => make('li', text)));
	}
	byId('problems').hidden = s.healthy;
}

function sum(list, of) {
	return list.reduce((n, row) => n + (of(row) || 0), 0);
}

function showTiles(s, list, crew) {
	const busiest = crew.reduce((a, w) => (w.recent_busy_percent > (a ? a.recent_busy_percent : -1) ? w : a), null);
	const up = list.filter((p) => p.state === 'up').length;
	const other = {};

	for (const p of list)
		if (p.state !== 'up')
			other[p.state] = (other[p.state] || 0) + 1;
	setText(byId('t-up'), up + ' of ' + list.length);
	setText(byId('t-down'), Object.keys(other).sort().map((state) => other[state] + ' ' + state).join(', ') || 'none is down');
	setText(byId('t-rx'), si(sum(list, (p) => p.rx_bits_per_second)) + 'bit/s');
	setText(byId('t-rx-frames'), si(sum(list, (p) => p.rx_frames_per_second)) + ' frames/s');
	setText(byId('t-tx'), si(sum(list, (p) => p.tx_bits_per_second)) + 'bit/s');
	setText(byId('t-tx-frames'), si(sum(list, (p) => p.tx_frames_per_second)) + ' frames/s');
	setText(byId('t-drops'), si(sum(list, (p) => p.drops_per_second)) + '/s');
	setText(byId('t-drops-all'), whole(s.totals.rx_dropped + s.totals.tx_dropped) + ' since the start');
	setText(byId('t-busy'), busiest === null ? '–' : busiest.recent_busy_percent.toFixed(1) + ' %');
	setText(byId('t-workers'), count(s.workers, 'worker') + ', idle = ' + s.idle);
	setText(byId('t-config'), 'generation ' + s.generation);
	setText(byId('t-config-state'), s.confirm !== null ? 'rolled back in ' + span(s.confirm.seconds_left) + ' unless confirmed'
		: s.differs > 0 ? 'the file has ' + s.differs + ' other changes' : s.restart_pending.length > 0 ? 'some keys wait for a restart' : 'as the file');
}

function showConfig(s) {
	const list = byId('config');
	const rows = [
		['Runs', s.running.file + ', for ' + span(s.running.seconds) + (s.running.by ? ', by ' + s.running.by : '')],
		['File of the daemon', s.file + (s.differs === null ? ': cannot be read' : s.differs > 0 ? ': ' + s.differs + ' changes are not applied' : ': the same')],
		['Generation', String(s.generation)],
		['Waits to be confirmed', s.confirm === null ? 'no' : 'generation ' + s.confirm.generation + ' by ' + s.confirm.by + ', for ' + span(s.confirm.seconds_left) + ' more'],
		['Keys that wait for a restart', s.restart_pending.length === 0 ? 'none' : s.restart_pending.map((k) => (typeof k === 'string' ? k : k.key || JSON.stringify(k))).join(', ')],
		['Set by hand', s.overrides.length === 0 ? 'nothing' : s.overrides.map((o) => o.text || Object.values(o).filter((v) => v !== null).join(' ')).join('; ')],
	];

	if (list.dataset.text === JSON.stringify(rows))
		return;
	list.dataset.text = JSON.stringify(rows);
	list.replaceChildren();
	for (const [name, value] of rows)
		fact(list, name, value);
}

function showLans(s, sponges) {
	const box = byId('lans');
	const of = new Map(sponges.map((row) => [row.lan, row]));
	const parts = s.lans.map((lan) => {
		const part = make('div');
		const list = make('dl', null, 'pairs');
		const counts = lan.sponge, stats = of.get(lan.lan);

		part.append(make('h3', lan.lan + (lan.vlan ? ' (VLAN ' + lan.vlan + ')' : '')));
		fact(list, 'Profile', lan.profile + ', MTU ' + lan.mtu);
		fact(list, 'Ports', String(lan.ports));
		fact(list, 'MAC addresses', whole(lan.macs) + ' of ' + whole(lan.mac_table) + ', ' + whole(lan.moved) + ' moves');
		fact(list, 'Sponge', counts === null ? 'off' : Object.keys(counts).map((key) => whole(counts[key]) + ' ' + key).join(', '));
		if (stats && stats.sponge_replies !== undefined)
			fact(list, 'Answers for dead addresses', whole(stats.sponge_replies));
		part.append(list);
		return part;
	});
	const text = parts.map((part) => part.textContent).join('\n');

	if (box.dataset.text === text)
		return;
	box.dataset.text = text;
	box.replaceChildren(...parts);
}

function showEvents(events) {
	const list = byId('events');
	const first = events.length > 0 ? JSON.stringify(events[0]) + events.length : '';

	byId('no-events').hidden = events.length > 0;
	list.hidden = events.length === 0;
	if (list.dataset.first === first)
		return;
	list.dataset.first = first;
	list.replaceChildren(...events.map((e) => {
		const item = make('li');
		const time = make('time', e.time.slice(11, 19), 'soft');
		const look = e.severity === 'critical' ? 'bad' : e.severity === 'warning' ? 'warn' : 'soft';

		time.dateTime = e.time;
		time.title = e.time;
		item.append(time, make('span', e.severity, look),
			make('span', e.text || [e.event, e.port, e.lan, e.mac, e.ip].filter(Boolean).join(' '), 'what'));
		return item;
	}));
}

async function update() {
	const s = await load('/api/status');
	const list = await load('/api/ports');
	const crew = await load('/api/workers');
	const sponges = s.lans.some((lan) => lan.sponge !== null) ? await load('/api/sponge') : [];
	const events = await load('/api/events');

	showHealth(s);
	ports.update(list);
	workers.update(crew);
	showTiles(s, list, crew);
	showLans(s, sponges);
	showEvents(events);
	showConfig(s);
	countPorts();
	if (open_ !== null && ports.rows.get(open_.data.port) !== open_)
		open_ = null;
	if (open_ !== null)
		await showReasons(open_);
}

function countPorts() {
	setText(byId('port-count'), ports.shown === ports.rows.size ? String(ports.shown) : ports.shown + ' of ' + ports.rows.size);
}

byId('filter').addEventListener('input', (event) => {
	ports.setFilter(event.target.value);
	countPorts();
});
byId('unit').addEventListener('change', (event) => {
	unit = event.target.value;
	for (const row of ports.rows.values())
		ports.show(row);
	ports.order();
});
poll(update, EVERY);
