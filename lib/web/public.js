'use strict';
/* The public page: the exchange, its members and its policy. */

const EVERY = 30000; /* ms, after an answer */

let ups = {};

/* The lines after the first look like 'rest'. */
function showLines(cell, lines, rest) {
	const text = lines.join('\n');

	if (cell.dataset.text === text)
		return;
	cell.dataset.text = text;
	cell.replaceChildren(...lines.map((line, i) => make('div', line, i > 0 ? rest : '')));
}

const lans = new LiveTable(byId('lans'), [
	{ key: (l) => l.lan, show: (cell, l) => showLines(cell, [l.lan, l.profile], 'soft small') },
	{ key: (l) => l.ipv4[0] || null, show: (cell, l) => showLines(cell, l.ipv4.concat(l.ipv6)) },
	{ key: (l) => l.vlan, show: (cell, l) => setText(cell, l.vlan || '–'), number: true, wide: true },
	{ key: (l) => l.mtu, show: (cell, l) => setText(cell, l.mtu), number: true, wide: true },
	{ key: (l) => (ups[l.lan] || [0])[0], show: (cell, l) => setText(cell, (ups[l.lan] || [0, 0]).join(' of ')), number: true },
], (l) => l.lan, (l) => l.lan);

function showMember(cell, m) {
	const lines = [m.name || 'AS' + m.asn];

	for (const key of ['ipv4', 'ipv6', 'macs'])
		lines.push(...(m[key] || []));
	if (cell.dataset.text === lines.join('\n'))
		return;
	cell.dataset.text = lines.join('\n');
	cell.replaceChildren(...lines.map((line, i) => make('div', line, i > 0 ? 'soft mono' : '')));
}

const members = new LiveTable(byId('members'), [
	{ key: (m) => m.name || null, show: showMember },
	{ key: (m) => m.asn, show: (cell, m) => setText(cell, m.asn || '–'), number: true },
	{ key: (m) => m.lan, show: (cell, m) => setText(cell, m.lan), wide: true },
	{ key: (m) => m.port, show: (cell, m) => setText(cell, m.port), wide: true },
	{ key: (m) => m.speed_mbit, show: (cell, m) => setText(cell, speed(m.speed_mbit)), number: true },
	{ key: (m) => m.state, show: (cell, m) => showState(cell, m.state) },
], (m) => m.port, (m) => [m.name || '', m.asn ? 'AS' + m.asn : '', m.lan, m.port, m.state].concat(m.ipv4 || [], m.ipv6 || [], m.macs || []).join(' '));

/* The rows of ixctl policy show: a LAN, then the ports that differ. */

function list(title, items) {
	const box = make('details');
	const ul = make('ul', null, 'policy');

	box.append(make('summary', title + ' (' + items.length + ')'));
	for (const item of items)
		ul.append(make('li', item));
	box.append(ul);
	return box;
}

function addList(box, title, items) {
	if (items.length > 0)
		box.append(list(title, items));
}

function lanPolicy(row) {
	const box = make('div');
	const words = make('ul', null, 'policy');
	const rule = (r) => r.meaning + ' (' + r.reason + ')' + (r.disables ? '; disables the port' : '');

	box.append(make('h3', row.lan + (row.vlan ? ' (VLAN ' + row.vlan + ')' : '')));
	for (const sentence of row.state.concat(row.allowed))
		words.append(make('li', sentence));
	box.append(words);
	addList(box, 'Dropped', row.refused.map(rule));
	addList(box, 'Only counted', row.logged.map(rule));
	addList(box, 'Dropped in any case', row.always.map(rule));
	addList(box, 'Not checked', row.off.map(rule));
	addList(box, 'Limits', row.limits.filter((l) => l.active).map((l) => l.sentence));
	if (row.acl_in !== null)
		addList(box, 'Access list ' + row.acl_in.name + ', of frames from members', row.acl_in.rules);
	if (row.acl_out !== null)
		addList(box, 'Access list ' + row.acl_out.name + ', of frames to members', row.acl_out.rules);
	return box;
}

function showPolicy(rows) {
	const box = byId('policy');
	const text = JSON.stringify(rows);
	let part = null;

	if (box.dataset.text === text)
		return;
	box.dataset.text = text;
	box.replaceChildren();
	for (const row of rows) {
		if (row.scope === 'lan') {
			part = lanPolicy(row);
			box.append(part);
		} else if (part !== null) {
			addList(part, 'Port ' + row.port + ' differs', row.differs.map((d) => d.sentence));
		}
	}
}

function countMembers() {
	setText(byId('member-count'), members.shown === members.rows.size ? count(members.shown, 'port') : members.shown + ' of ' + count(members.rows.size, 'port'));
}

async function update() {
	const [exchange, ...list] = await load('api/exchange');
	const policy = await load('api/policy');

	document.title = exchange.name;
	setText(byId('name'), exchange.name);
	ups = {};
	for (const m of list) {
		const n = ups[m.lan] || (ups[m.lan] = [0, 0]);

		n[0] += m.state === 'up';
		n[1]++;
	}
	const asns = new Set(list.filter((m) => m.asn).map((m) => m.asn));

	setText(byId('about'), count(asns.size, 'network') + ', ' + count(list.length, 'port'));
	lans.update(exchange.lans);
	members.update(list);
	countMembers();
	showPolicy(policy);
}

byId('filter').addEventListener('input', (event) => {
	members.setFilter(event.target.value);
	countMembers();
});
poll(update, EVERY);
