// Compares `when` expressions with the reference implementation of opening_hours.
// usage: TZ=ZONE node compare.js HOURS_EVAL COUNT SEED LATITUDE LONGITUDE [EXPRESSION...]
// Random expressions (or those given) are evaluated by both over four years; prints what differs.
//
// Deliberate differences, which the generator avoids; the first are faults there, against the specification or
// against what it answers itself:
// - a year with nothing but times ("2025 08:00-12:00") leaks into New Year's Day of the year after there, and
//   a year alone ("2024") never ends: its selector of years names no next change;
// - "easter -2 days-easter +1 day" leaves out its last day there, unlike any other range of dates;
// - where a month has no fifth Saturday, "Sa[5] +1 day" is counted into the next month there;
// - "Feb 20-29" is nothing there in years without 29 February, and "Feb 20-Feb 29" lasts until 1 March; here both
//   end with the month;
// - "Dec Su[-1] +6 days-Feb Su[1]", whose beginning some years lies in the next, is taken by the year of the day that
//   is asked about there, and so is a range that some years ends before it begins;
// - the month before an nth weekday at the end of a list ("Jul 01-31,Oct Th[-2]") restricts all of the list there;
// - "PH,SH Mo-Fr" and "Tu, PH Mo-Fr" are one list there; by the grammar, holidays before weekdays with a blank
//   restrict them, and after a comma that begins another rule;
// - "|| ... off" shuts what is open there after midnight, although a fallback rule only looks at what is shut;
// - a span by the sun that usually passes midnight and some day does not ("dawn-05:00" with dawn at 04:20) ends at
//   midnight there; here it is what is written, 04:20 to 05:00;
// and these make no definite intervals there: `unknown`, a comment without a state (here it says nothing), an open
// end (here the end of the day). Spans whose fixed end is passed by the sun are compared at noon's distance from it:
// on the very day on which the order turns, the two sides of midnight disagree there.
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

const minutes = () => pick(['00', '00', '15', '30', '45']);
const event = (names) => chance(60) ? pick(names) : `(${pick(names)}${pick(['+', '-'])}0${random(2)}:${pick(['00', '15', '30'])})`;
const morning = () => event(['dawn', 'sunrise']);
const evening = () => event(['sunset', 'dusk']);
function span() {
    switch (random(12)) {
    case 0: return pick([`${morning()}-${pad(pick([1, 2, 8, 12, 17, 24, 27]))}:00`, `${evening()}-${pad(pick([1, 6, 10, 20, 21, 22, 24, 26]))}:00`]);
    case 1: return pick([`${pad(pick([0, 1, 2, 12, 14, 20]))}:${minutes()}-${morning()}`, `${pad(pick([5, 8, 10, 12, 13]))}:${minutes()}-${evening()}`]);
    case 2: return `${morning()}-${evening()}`;
    case 3: return `${evening()}-${morning()}`;
    case 4: return `${pad(random(24))}:${minutes()}-${pad(24 + random(24))}:${minutes()}`; /* up to 48:00 */
    case 5: return `${pad(random(24))}:${minutes()}-${pad(random(24))}:${minutes()}`; /* over midnight or not */
    default: {
        const start = random(23), end = start + 1 + random(chance(20) ? 14 : 8);
        return `${pad(start)}:${minutes()}-${pad(end > 24 && chance(50) ? end - 24 : end)}:00`;
    }
    }
}
function spans() {
    if (chance(60)) { return span(); }
    if (chance(30)) { return span() + ',' + span(); }
    return `${pad(6 + random(4))}:00-${pad(11 + random(3))}:30,${pad(14 + random(3))}:00-${pad(18 + random(5))}:00`;
}
const offset = (most) => { const n = 1 + random(most); return ` ${pick(['+', '-'])}${n} day${n > 1 ? 's' : ''}`; };
function nth() { return '[' + pick(['1', '2', '3', '4', '5', '-1', '-2', '-5', '1,3', '2-3', '1-2,4', '1-2,-1', '2-4,-1,-2']) + ']'; }
function weekday() {
    if (chance(20)) { return chance(30) ? pick(DAYS) + nth().replace(/5/g, '1') + offset(6) : pick(DAYS) + nth(); }
    return chance(40) ? pick(DAYS) + '-' + pick(DAYS) : pick(DAYS);
}
const weekdays = () => many(weekday, 3);
function days() { /* weekdays and holidays: as a list, or one kind restricting the other */
    switch (random(12)) {
    case 0: return pick(['PH', 'SH']);
    case 1: return pick(['PH', 'SH']) + ' ' + weekdays();
    case 2: return pick(['PH', 'SH', 'PH,SH', 'SH,PH']) + ',' + weekdays();
    case 3: return weekdays() + ',' + pick(['PH', 'SH']);
    case 4: return pick(['PH +1 day', 'PH -1 day']);
    default: return weekdays();
    }
}
/* The last day of a month is often a month's own; 29 February has its own words at the head. */
function day(month) { return pad(chance(15) ? LENGTHS[month] : 1 + random(LENGTHS[month])); }
const nthDay = (month) => `${MONTHS[month]} ${pick(DAYS)}[${pick(['1', '2', '4', '-1', '-2'])}]` + (chance(30) ? offset(6) : '');
const easter = () => 'easter' + (chance(60) ? offset(60) : '');
function range() {
    const m = random(12), n = random(12), a = 1 + random(10), b = 11 + random(15);
    switch (random(13)) {
    case 0: return MONTHS[m];
    case 1: return `${MONTHS[m]}-${MONTHS[n]}`;
    case 2: return `${MONTHS[m]} ${day(m)}`;
    case 3: return `${MONTHS[m]} ${day(m)}-${MONTHS[n]} ${day(n)}`;
    case 4: return `${2024 + random(4)} ${MONTHS[m]} ${day(m)}`;
    case 5: return `2025 ${MONTHS[m]} ${day(m)}-2026 ${MONTHS[n]} ${day(n)}`;
    case 6: return easter();
    case 7: return `${easter()}-${MONTHS[6 + random(6)]} ${pad(1 + random(30))}`;
    case 8: return `${MONTHS[m]} ${pad(a)}-${pad(b)}`;
    case 9: return `${MONTHS[m]} ${pad(a)}-${pad(b)}/${2 + random(8)}`;
    case 10: return `${2024 + random(4)} ${MONTHS[m]} ${pad(a)}-${pad(b)}`;
    case 11: return `${MONTHS[m]} ${pad(a)},${pad(b)}`;
    default: { const from = random(11); return `${nthDay(from)}-${nthDay((from + 2 + random(9)) % 12)}`; }
    }
}
const months = () => chance(50) ? pick(MONTHS) : `${pick(MONTHS)}-${pick(MONTHS)}`;
const years = () => pick([`${2024 + random(4)}`, '2025-2026', '2024-2028/2', '2023-2030/3', '2026+', '2024,2026', '2024/2', '2024,2026-2027']);
function weeks() {
    const a = 1 + random(40);
    return 'week ' + pick([pad(a), `${pad(a)}-${pad(a + random(13))}`, '01-53', '01-53/2', '02-52/2', `${pad(a)},${pad(a + 5)}`,
        `${pad(a)}-${pad(a + 12)}/3`, `${pad(a)}-${pad(a + 3)},${pad(a + 8)}-${pad(a + 9)}`, '53', '01', '52-53']);
}
function selectors() {
    const parts = [];
    if (chance(15)) { parts.push(years()); }
    if (chance(15)) { parts.push(many(months, 3)); } else if (chance(25)) { parts.push(many(range, 2)); }
    if (chance(12)) { parts.push(weeks()); }
    const wide = parts.join(' ') + (parts.length > 0 && chance(10) ? ':' : '');
    const small = chance(60) || parts.length === 1 ? days() : '';
    return /,[A-Z][a-z]+$/.test(wide) && /^..\[/.test(small) ? wide : `${wide} ${small}`.trim();
}
const comment = () => chance(15) ? ' "why; not, || so"' : '';
function rule() {
    const s = selectors();
    if (!s && chance(10)) { return pick(['24/7', '24/7', 'open', 'off', '24/7 off']) ; }
    const t = chance(80) || !s ? spans() : '';
    const state = chance(12) ? pick([' off', ' closed']) + comment() : chance(5) ? ' open' + comment() : '';
    return `${s} ${t}${state}`.trim();
}
function expression() {
    let text = rule(), isFallback = false;
    for (let i = random(4); i > 0; i--) {
        const separator = pick(['; ', '; ', '; ', ', ', ' || ']);
        if (separator === ', ' && !/(\d:\d\d|set|rise|dusk|dawn|\)|open|off|closed|")$/.test(text)) { continue; }
        isFallback = separator === ' || ' || (separator === ', ' && isFallback);
        text += separator + (isFallback ? rule().replace(/ (off|closed)( ".*)?$/, '') : rule());
    }
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
for (const [kind, option] of [['PH', '-h'], ['SH', '-s']]) {
    for (const [a, b] of reference(kind, new Date(2023, 0, 1), new Date(2029, 0, 1))) {
        for (const t = new Date(a * 1000); t.getTime() / 1000 < b; t.setDate(t.getDate() + 1)) {
            HOLIDAYS.push(option, `${t.getFullYear()}-${pad(t.getMonth() + 1)}-${pad(t.getDate())}`);
        }
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

// Stretches in which one is open and the other is not, unless the reference, asked about the middle of such a
// stretch, contradicts its own intervals.
function differences(a, b, oh) {
    const edges = [...a.map((i) => [i[0], 0, 1]), ...a.map((i) => [i[1], 0, -1]), ...b.map((i) => [i[0], 1, 1]), ...b.map((i) => [i[1], 1, -1])]
        .sort((x, y) => x[0] - y[0]);
    const open = [0, 0], out = [];
    let last = null;
    for (const [t, which, step] of edges) {
        if (last !== null && t > last && (open[0] > 0) !== (open[1] > 0)) { out.push([last, t, open[0] > 0]); }
        open[which] += step;
        last = t;
    }
    return out.filter(([from, to, open]) => !nearChange(from, to) && oh.getState(new Date((from + to) * 500)) !== open);
}

const texts = given.length ? given : Array.from({ length: Number(count) }, expression);
const cases = texts.map((text) => [text, reference(text)]).filter(([, expected]) => expected !== null);
const zone = process.env.TZ;
const input = cases.map(([text]) => [text, zone, latitude, longitude, FROM / 1000, TO / 1000].join('\t') + '\n').join('');
const ours = spawnSync(evaluator, HOLIDAYS, { input, maxBuffer: 1 << 30, encoding: 'utf8' });
const lines = ours.stdout.split('\n');
let same = 0;
const show = (t) => new Date(t * 1000).toString().slice(0, 21);
cases.forEach(([text, expected], i) => {
    const ourIntervals = lines[i].startsWith('error') || !lines[i] ? [] : lines[i].split(' ').map((s) => s.split('-').map(Number));
    const off = differences(ourIntervals, expected, new opening_hours(text, place, { tag_key: 'opening_hours' }));
    if (!lines[i].startsWith('error') && off.length === 0) { same++; return; }
    console.log(`differs: ${text}`);
    if (lines[i].startsWith('error')) { console.log('   ours: ' + lines[i]); return; }
    console.log(`   ${show(off[0][0])} to ${show(off[0][1])}: open ${off[0][2] ? 'here' : 'in the reference'} (${off.length} stretches)`);
});
console.log(`${zone}: ${same} of ${cases.length} agree (${texts.length - cases.length} of ${texts.length} are indefinite or refused by the reference)`);
process.exit(same === cases.length ? 0 : 1);
