// Compares `when` expressions with the reference implementation of opening_hours.
// usage: TZ=ZONE node compare.js HOURS_EVAL COUNT SEED LATITUDE LONGITUDE [EXPRESSION...]
// Random expressions (or those given) are evaluated by both over four years; prints what differs.
//
// Deliberate differences, which the generator avoids:
// - a year with nothing but times ("2025 08:00-12:00") leaks into New Year's Day of the year after there;
// - a year alone ("2024") never ends there;
// - "easter -2 days-easter +1 day" leaves out its last day there, unlike any other range of dates;
// - "Tu, PH Mo-Fr" is one list there; here a holiday before a weekday restricts it, as after a semicolon;
// - comments, `unknown` and open ends make no definite intervals there.
'use strict';
const opening_hours = require('opening_hours');
const { spawnSync } = require('child_process');

const [evaluator, count, seed, latitude, longitude, ...given] = process.argv.slice(2);
const FROM = new Date(2024, 0, 1), TO = new Date(2028, 0, 1);
const place = { lat: latitude, lon: longitude, address: { country_code: 'de', state: 'Berlin' } };

let state = BigInt(seed) + 88172645463325252n;
function random(n) { // xorshift64
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return Number(state % BigInt(n));
}
const pick = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;
const pad = (n) => String(n).padStart(2, '0');
const many = (make, most) => Array.from({ length: 1 + random(most) }, make).join(',');

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function clock(most) { return pad(random(most)) + ':' + pick(['00', '15', '30', '45']); }
function sun() {
    const event = pick(['dawn', 'sunrise', 'sunset', 'dusk']);
    return chance(60) ? event : `(${event}${pick(['+', '-'])}0${random(3)}:${pick(['15', '30'])})`;
}
function span() {
    if (chance(10)) { return pick([`${pad(4 + random(6))}:00-${pick(['sunset', 'dusk'])}`, 'sunrise-sunset', 'dawn-dusk',
        `(sunrise+01:30)-${pad(19 + random(4))}:00`, 'sunset-24:00', `${sun().replace('dusk', 'dawn').replace('sunset', 'sunrise')}-22:30`]); }
    const start = random(23), length = 1 + random(chance(20) ? 14 : 8);
    const end = start + length;
    const shown = end > 24 && chance(50) ? end - 24 : end;
    return `${pad(start)}:${pick(['00', '30'])}-${pad(shown)}:00`;
}
function spans() {
    if (chance(60)) { return span(); }
    const a = 6 + random(4), b = 11 + random(3), c = 14 + random(3), d = 18 + random(5);
    return `${pad(a)}:00-${pad(b)}:30,${pad(c)}:00-${pad(d)}:00`;
}
function nth() { return '[' + pick(['1', '2', '3', '4', '-1', '-2', '1,3', '2-3', '1-2,4']) + ']'; }
function weekdays() {
    return many(() => {
        if (chance(15)) { return pick(DAYS) + nth() + (chance(20) ? pick([' +1 day', ' -1 day', ' +2 days']) : ''); }
        if (chance(40)) { return pick(DAYS) + '-' + pick(DAYS); }
        return pick(DAYS);
    }, 3);
}
function day(month) { return pad(1 + random(LENGTHS[month])); }
function dates() {
    const m = random(12), n = random(12);
    switch (random(9)) {
    case 0: return MONTHS[m];
    case 1: return `${MONTHS[m]}-${MONTHS[n]}`;
    case 2: return `${MONTHS[m]} ${day(m)}`;
    case 3: return `${MONTHS[m]} ${day(m)}-${MONTHS[n]} ${day(n)}`;
    case 4: return `${2024 + random(4)} ${MONTHS[m]} ${day(m)}`;
    case 5: return `2025 ${MONTHS[m]} ${day(m)}-2026 ${MONTHS[n]} ${day(n)}`;
    case 6: return pick(['easter', 'easter -2 days', 'easter +1 day', 'easter +49 days']);
    case 7: return many(() => MONTHS[random(12)], 3);
    default: return `${MONTHS[m]} ${pad(1 + random(10))}-${pad(11 + random(15))}`;
    }
}
function years() { return pick([`${2024 + random(4)}`, '2025-2026', '2024-2028/2', '2026+', '2024,2026']); }
function weeks() {
    const a = 1 + random(40);
    return 'week ' + pick([pad(a), `${pad(a)}-${pad(a + random(13))}`, '01-53/2', '02-52/2', `${pad(a)},${pad(a + 5)}`]);
}
function selectors() {
    const parts = [];
    if (chance(12)) { parts.push(`${years()} ${weekdays()}`); return parts[0]; }
    if (chance(30) && !parts.length) { parts.push(dates()); }
    if (chance(12) && !parts.length) { parts.push(weeks()); }
    if (chance(60)) { parts.push(chance(12) ? pick(['PH', 'PH,Su', 'PH +1 day', 'PH -1 day']) : weekdays()); }
    return parts.join(' ');
}
function rule() {
    const s = selectors();
    if (!s && chance(10)) { return '24/7'; }
    const t = chance(80) || !s ? spans() : '';
    const state = chance(12) ? ' off' : chance(5) ? ' open' : '';
    return `${s} ${t}${state}`.trim();
}
function expression() {
    let text = rule();
    for (let i = random(4); i > 0; i--) { text += pick(['; ', '; ', '; ', ', ', ' || ']) + rule(); }
    return text;
}

function reference(text, from = FROM, to = TO) {
    let oh;
    try {
        oh = new opening_hours(text, place, { tag_key: 'opening_hours' });
        const found = oh.getOpenIntervals(from, to);
        if (found.some((i) => i[2])) { return null; }
        const out = [];
        for (const [a, b] of found) {
            const start = Math.round(a / 1000), end = Math.round(b / 1000);
            if (end <= start) { continue; }
            if (out.length && out[out.length - 1][1] >= start) { out[out.length - 1][1] = Math.max(end, out[out.length - 1][1]); }
            else { out.push([start, end]); }
        }
        return out;
    } catch (error) {
        return null;
    }
}

// The reference's own holidays, as dates; two years more than are compared, for offsets.
const HOLIDAYS = [];
for (const [a, b] of reference('PH', new Date(2023, 0, 1), new Date(2029, 0, 1))) {
    for (const t = new Date(a * 1000); t.getTime() / 1000 < b; t.setDate(t.getDate() + 1)) {
        HOLIDAYS.push(`${t.getFullYear()}-${pad(t.getMonth() + 1)}-${pad(t.getDate())}`);
    }
}

// The reference subtracts 24 hours where a day is meant, and moves times that the clock skips by an hour
// instead of to the next that exists; what differs within a day and a half of a change of the clocks is
// left out.
const CHANGES = [];
for (let t = FROM.getTime() - 3 * 86400e3; t < TO.getTime() + 3 * 86400e3; t += 3600e3) {
    if (new Date(t).getTimezoneOffset() !== new Date(t + 3600e3).getTimezoneOffset()) { CHANGES.push(t / 1000); }
}
const nearChange = (a, b) => CHANGES.some((t) => a >= t - 129600 && b <= t + 129600);

// Stretches in which one is open and the other is not.
function differences(a, b) {
    const edges = [...a.map((i) => [i[0], 0, 1]), ...a.map((i) => [i[1], 0, -1]), ...b.map((i) => [i[0], 1, 1]), ...b.map((i) => [i[1], 1, -1])]
        .sort((x, y) => x[0] - y[0]);
    const open = [0, 0], out = [];
    let last = null;
    for (const [t, which, step] of edges) {
        if (last !== null && t > last && (open[0] > 0) !== (open[1] > 0)) { out.push([last, t, open[0] > 0]); }
        open[which] += step;
        last = t;
    }
    return out.filter(([from, to]) => !nearChange(from, to));
}

const texts = given.length ? given : Array.from({ length: Number(count) }, expression);
const cases = texts.map((text) => [text, reference(text)]).filter(([, expected]) => expected !== null);
const zone = process.env.TZ;
const input = cases.map(([text]) => [text, zone, latitude, longitude, FROM / 1000, TO / 1000].join('\t') + '\n').join('');
const ours = spawnSync(evaluator, HOLIDAYS.flatMap((d) => ['-h', d]), { input, maxBuffer: 1 << 30, encoding: 'utf8' });
const lines = ours.stdout.split('\n');
let same = 0;
const show = (t) => new Date(t * 1000).toString().slice(0, 21);
cases.forEach(([text, expected], i) => {
    const ourIntervals = lines[i].startsWith('error') || !lines[i] ? [] : lines[i].split(' ').map((s) => s.split('-').map(Number));
    const off = differences(ourIntervals, expected);
    if (!lines[i].startsWith('error') && off.length === 0) { same++; return; }
    console.log(`differs: ${text}`);
    if (lines[i].startsWith('error')) { console.log('   ours: ' + lines[i]); return; }
    console.log(`   ${show(off[0][0])} to ${show(off[0][1])}: open ${off[0][2] ? 'here' : 'in the reference'} (${off.length} stretches)`);
});
console.log(`${zone}: ${same} of ${cases.length} agree (${texts.length - cases.length} of ${texts.length} are indefinite or refused by the reference)`);
process.exit(same === cases.length ? 0 : 1);
