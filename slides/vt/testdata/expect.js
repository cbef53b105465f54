// Prints what @xterm/headless makes of streams, as JSON: for each file its rows as text with SGR, in
// the form of Snapshot, and the cursor. Each file is written at a size of COLSxROWS.
//
//   npm install @xterm/headless && node expect.js COLSxROWS FILE…
//
// With --bench it prints how many megabytes a second it takes of each file.
const fs = require('fs');
const { Terminal } = require('@xterm/headless');

function color(mode, value, base) {
  if (mode === 0) return [];
  if (mode === 0x3000000) return [`${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`];
  if (value < 8) return [`${base + value}`];
  if (value < 16) return [`${base + 60 + value - 8}`];
  return [`${base + 8};5;${value}`];
}

function style(cell) {
  const out = [];
  if (cell.isBold()) out.push('1');
  if (cell.isDim()) out.push('2');
  if (cell.isItalic()) out.push('3');
  if (cell.isInverse()) out.push('7');
  if (cell.isStrikethrough()) out.push('9');
  if (cell.isUnderline()) {
    const kind = cell.extended && cell.extended.underlineStyle || 1;
    out.push(kind > 1 ? `4:${kind}` : '4');
  }
  out.push(...color(cell.getFgColorMode(), cell.getFgColor(), 30));
  out.push(...color(cell.getBgColorMode(), cell.getBgColor(), 40));
  return out.join(';');
}

function paint(line, cols) {
  const cells = [];
  for (let x = 0; x < cols; x++) {
    const cell = line.getCell(x);
    if (cell.getWidth() === 0) continue;
    const chars = cell.getChars() || ' ';
    const bg = cell.getBgColorMode() !== 0 || cell.isInverse() || cell.isStrikethrough() || cell.isUnderline();
    cells.push({ chars, style: style(cell), blank: chars === ' ' && !bg });
  }
  while (cells.length && cells[cells.length - 1].blank) cells.pop();
  let out = '', now = '';
  for (const c of cells) {
    if (c.style !== now) out += c.style === '' ? '\x1b[0m' : `\x1b[${now === '' ? '' : '0;'}${c.style}m`;
    now = c.style;
    out += c.chars;
  }
  return now === '' ? out : out + '\x1b[0m';
}

// A stream on which @xterm/headless itself breaks gives null.
let fail = (err) => { throw err; };
process.on('uncaughtException', (err) => fail(err));

function show(cols, rows, file) {
  const term = new Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  return new Promise((done) => {
    fail = () => done(null);
    term.write(fs.readFileSync(file), () => {
    const b = term.buffer.active, lines = [];
    for (let y = 0; y < rows; y++) lines.push(paint(b.getLine(b.baseY + y), cols));
    while (lines.length && lines[lines.length - 1] === '') lines.pop();
    done({ lines, col: Math.min(b.cursorX, cols - 1), row: b.cursorY });
    });
  });
}

async function bench(cols, rows, file) {
  const data = fs.readFileSync(file), term = new Terminal({ cols, rows, scrollback: 1000 });
  const start = process.hrtime.bigint(), piece = 1 << 16;
  for (let i = 0; i < data.length; i += piece) {
    await new Promise((done) => term.write(data.subarray(i, i + piece), done));
  }
  return data.length / 1e6 / (Number(process.hrtime.bigint() - start) / 1e9);
}

(async () => {
  const args = process.argv.slice(2), measure = args[0] === '--bench';
  if (measure) args.shift();
  const [cols, rows] = args.shift().split('x').map(Number), out = [];
  for (const file of args) out.push(await (measure ? bench : show)(cols, rows, file));
  console.log(JSON.stringify(out));
})();
