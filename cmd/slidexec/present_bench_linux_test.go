package main

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/slides/vt"
)

// What a speaker waits for in a terminal, beside other players of decks where they are installed, and
// beside @xterm/headless where NODE_PATH has it:
//
//	go test -run '^$' -bench Present -benchtime 20x -timeout 1h ./cmd/slidexec
//
// It prints the rows of the table in the README, those of all programs from this one run: in each round
// they take turns, so that a busy machine slows all. With -bench Present/start and the like it measures
// less.
//
// Each program has a pseudo terminal of 120 columns and 40 rows. A frame is complete when the screen, as
// package vt makes it of the bytes, shows the text in question.

// window is a terminal with a program in it.
type window struct {
	b   *testing.B
	cmd *exec.Cmd
	out *os.File // the outer end

	mu      sync.Mutex
	screen  *vt.Screen
	last    time.Time // when the last of what the screen shows came
	changed chan struct{}
}

// show starts a command in a terminal.
func show(b *testing.B, dir string, args ...string) *window {
	b.Helper()
	outer, inner := pty.Open(b)
	defer inner.Close() // the program has it
	w := &window{b: b, out: outer, screen: vt.New(120, 40), changed: make(chan struct{}, 1)}
	w.cmd = exec.Command(args[0], args[1:]...)
	w.cmd.Dir = dir
	w.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "TMUX=", "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = inner, inner, inner
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := unix.IoctlSetWinsize(int(inner.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120}); err != nil {
		b.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	go w.read()
	return w
}

func (w *window) read() {
	type piece struct {
		came time.Time
		data []byte
	}
	pieces := make(chan piece, 1<<12) // what is slow here must not slow the program
	go func() {
		defer close(pieces)
		for {
			buf := make([]byte, 1<<16)
			n, err := w.out.Read(buf)
			if err != nil {
				return
			}
			pieces <- piece{time.Now(), buf[:n]}
		}
	}()
	for p := range pieces {
		w.mu.Lock()
		_, _ = w.screen.Write(p.data)
		w.last = p.came
		replies := w.screen.Replies()
		w.mu.Unlock()
		_, _ = w.out.Write(replies) // some programs wait for them
		select {
		case w.changed <- struct{}{}:
		default:
		}
	}
}

// text returns what the screen shows.
func (w *window) text() string {
	text, _ := w.shows()
	return text
}

// shows returns what the screen shows, and when the last of it came.
func (w *window) shows() (string, time.Time) {
	w.mu.Lock()
	text, last := w.screen.Text(), w.last
	w.mu.Unlock()
	return string(sgr.ReplaceAll(text, nil)), last
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// tooLong is how long a program may take.
const tooLong = 20 * time.Second

// until waits until the screen satisfies a condition, and returns when what shows it came, in ms since then.
func (w *window) until(since time.Time, ok func(screen string) bool) (float64, error) {
	for late := time.After(tooLong); ; {
		if text, last := w.shows(); ok(text) {
			return max(float64(last.Sub(since).Microseconds())/1000, 0), nil
		}
		select {
		case <-w.changed:
		case <-late:
			return 0, fmt.Errorf("%v does not show it within %v:\n%s", w.cmd.Args, tooLong, w.text())
		}
	}
}

// mustUntil is until for this program, which has to show it.
func (w *window) mustUntil(since time.Time, ok func(screen string) bool) float64 {
	w.b.Helper()
	ms, err := w.until(since, ok)
	if err != nil {
		w.b.Fatal(err)
	}
	return ms
}

func (w *window) key(k string) {
	w.b.Helper()
	if _, err := w.out.WriteString(k); err != nil {
		w.b.Fatal(err)
	}
}

func (w *window) end() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
	_ = w.out.Close()
}

// slide is the condition that a screen shows a slide of a made deck, with its last text.
func slide(i int) func(string) bool {
	return regexp.MustCompile(fmt.Sprintf(`(?s)Slide %d\b.*second`, i)).MatchString
}

// player is a program that shows a deck in a terminal.
type player struct {
	name string
	args []string // the deck follows
	deck func(n int) []byte
	next string
}

const self = "slidexec" // as a player

// players returns this program and the others that are installed, of those that are wanted; none: all.
func players(b *testing.B, bin string, others ...string) []player {
	all := []player{{self, []string{bin, "present"}, generated, "j"}}
	for _, p := range []player{
		{"presenterm", []string{"presenterm"}, generated, "j"},
		{"mdp", []string{"mdp"}, ruled, "j"},
		{"patat", []string{"patat"}, ruled, "\r"},
	} {
		if len(others) > 0 && !slices.Contains(others, p.name) {
			continue
		}
		path, err := exec.LookPath(p.name)
		if err != nil {
			b.Logf("%s is not installed: without it", p.name)
			continue
		}
		p.args[0] = path
		all = append(all, p)
	}
	return all
}

// on returns the command line of a player for a deck.
func (p player) on(deck string) []string { return append(slices.Clip(p.args), deck) }

// nothing prints the text of the first slide and does nothing else.
var nothing = player{
	name: "a program that prints the text and waits", deck: generated,
	args: []string{"sh", "-c", "printf 'Slide 0\nsecond'; exec sleep 60"},
}

// ruled is a deck for players that part slides by rules.
func ruled(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "# Slide %d\n\nSome *text* with `code`.\n\n- first point\n- second point\n\n", i)
		if i < n-1 {
			b.WriteString("---\n\n")
		}
	}
	return b.Bytes()
}

// made writes a deck into a folder of its own and returns the folder.
func made(b *testing.B, data []byte) string {
	b.Helper()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "deck.md"), data, 0o644); err != nil {
		b.Fatal(err)
	}
	return dir
}

// quick reports whether the benchmarks run only to see that they work.
func quick() bool { return testing.Short() || flag.Lookup("test.benchtime").Value.String() == "1x" }

// A tally has the times of several programs, in ms.
type tally struct {
	b     *testing.B
	names []string // this program first
	ms    map[string][]float64
	gone  map[string]bool // those that were too slow
}

func newTally(b *testing.B) *tally {
	return &tally{b: b, ms: map[string][]float64{}, gone: map[string]bool{}}
}

// add notes a time, or drops the program for an error; this program must not have any.
func (t *tally) add(name string, ms float64, err error) {
	t.b.Helper()
	switch {
	case err == nil:
		if t.ms[name] == nil {
			t.names = append(t.names, name)
		}
		t.ms[name] = append(t.ms[name], ms)
	case name == self:
		t.b.Fatal(err)
	default:
		t.gone[name] = true
		t.b.Logf("without %s: %v", name, err)
	}
}

// at returns a quantile of a program's times.
func (t *tally) at(name string, q float64) float64 {
	ms := slices.Sorted(slices.Values(t.ms[name]))
	if len(ms) == 0 {
		return math.NaN()
	}
	return ms[int(math.Ceil(q*float64(len(ms))))-1]
}

// row reports the times, and returns them as a row of the README's table.
func (t *tally) row(what string) string {
	t.b.Helper()
	t.b.ReportMetric(0, "ns/op")
	var own string
	var peers, ratios []string
	for _, name := range t.names {
		p50, p99 := t.at(name, .5), t.at(name, .99)
		unit := strings.ReplaceAll(name, " ", "-")
		t.b.ReportMetric(p50, unit+"-p50-ms")
		t.b.ReportMetric(p99, unit+"-p99-ms")
		if name == self {
			own = span(p50, p99)
			continue
		}
		peers = append(peers, name+": "+span(p50, p99))
		ratios = append(ratios, short(t.at(self, .5)/p50))
	}
	return fmt.Sprintf("| %s | %s | %s | %s |", what, own, strings.Join(peers, "; "), strings.Join(ratios, "; "))
}

// span writes a median and the 99th percentile.
func span(p50, p99 float64) string { return duration(p50) + ", p99 " + duration(p99) }

// duration writes a time in ms.
func duration(ms float64) string {
	if ms >= 1000 {
		return short(ms/1000) + " s"
	}
	return short(ms) + " ms"
}

// short writes a number with two digits that count.
func short(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	digits := max(0, 1-int(math.Floor(math.Log10(x))))
	return strconv.FormatFloat(x, 'f', min(digits, 3), 64)
}

// BenchmarkPresent measures the rows of the README's table.
func BenchmarkPresent(b *testing.B) {
	bin := build(b)
	var rows []string
	run := func(name string, f func(b *testing.B) []string) {
		b.Run(name, func(b *testing.B) { rows = append(rows, f(b)...) })
	}
	sizes := map[int]string{30: "30 slides", 1000: "1,000 slides", 10_000: "10,000 slides"}
	if quick() {
		delete(sizes, 10_000)
	}
	for _, n := range slices.Sorted(maps.Keys(sizes)) {
		run("start/"+strconv.Itoa(n), func(b *testing.B) []string {
			return []string{firstSlide(b, bin, n).row("`present`: from the command line to the first slide, " + sizes[n])}
		})
	}
	for _, n := range slices.Sorted(maps.Keys(sizes)) {
		run("tmux/"+strconv.Itoa(n), func(b *testing.B) []string {
			return []string{firstInTmux(b, bin, n).row("in tmux, its start included, " + sizes[n])}
		})
	}
	run("key", func(b *testing.B) []string { return nextSlide(b, bin) })
	for _, of := range [][2]string{{"kitty", "by kitty's protocol"}, {"blocks", "in half blocks"}} {
		run("picture/"+of[0], func(b *testing.B) []string {
			return []string{nextPicture(b, bin, of[0]).row("from a key to the next slide, with a picture " + of[1])}
		})
	}
	run("output", func(b *testing.B) []string { return keyDuring(b, bin) })
	run("flood", func(b *testing.B) []string { return flood(b, bin) })
	for _, row := range rows {
		fmt.Println(row)
	}
}

// firstSlide takes the time from the start of a process to the first slide on the screen.
func firstSlide(b *testing.B, bin string, n int) *tally {
	t := newTally(b)
	all, dirs := players(b, bin), map[string]string{}
	for _, p := range all {
		dirs[p.name] = made(b, p.deck(n))
	}
	for b.Loop() {
		for _, p := range all {
			if t.gone[p.name] {
				continue
			}
			began := time.Now()
			w := show(b, dirs[p.name], p.on("deck.md")...)
			ms, err := w.until(began, slide(0))
			w.end()
			t.add(p.name, ms, err)
		}
	}
	return t
}

// firstInTmux is the same within tmux, whose start is part of it.
func firstInTmux(b *testing.B, bin string, n int) *tally {
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		b.Skip("no tmux")
	}
	t := newTally(b)
	all, dirs := append(players(b, bin), nothing), map[string]string{}
	for _, p := range all {
		dirs[p.name] = made(b, p.deck(n))
	}
	sockets, err := os.MkdirTemp("", "tmux") // a socket's path is at most 107 bytes long
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(sockets) })
	for i := 0; b.Loop(); i++ {
		for _, p := range all {
			if t.gone[p.name] {
				continue
			}
			socket := filepath.Join(sockets, fmt.Sprint(p.name[0], i))
			began := time.Now()
			w := show(b, dirs[p.name], append([]string{tmux, "-S", socket, "-f", "/dev/null", "new-session"}, p.on("deck.md")...)...)
			ms, err := w.until(began, slide(0))
			_ = exec.Command(tmux, "-S", socket, "kill-server").Run()
			w.end()
			t.add(p.name, ms, err)
		}
	}
	return t
}

// nextSlide takes the time from a key to the complete next slide, of 1,000, and what the players take while
// nobody does anything.
func nextSlide(b *testing.B, bin string) []string {
	const n = 1000
	t := newTally(b)
	all, windows := players(b, bin), map[string]*window{}
	for _, p := range all {
		w := show(b, made(b, p.deck(n)), p.on("deck.md")...)
		defer w.end()
		windows[p.name] = w
		if _, err := w.until(time.Now(), slide(0)); err != nil {
			t.add(p.name, 0, err)
		}
	}
	for i := 1; b.Loop(); i++ {
		if i >= n {
			continue
		}
		for _, p := range all {
			if w := windows[p.name]; !t.gone[p.name] {
				began := time.Now()
				w.key(p.next)
				ms, err := w.until(began, slide(i))
				t.add(p.name, ms, err)
			}
		}
	}
	rows := []string{t.row("from a key to the next slide on the screen, of 1,000 slides")}
	pause := 10 * time.Second
	if quick() {
		pause = 200 * time.Millisecond
	}
	time.Sleep(pause / 5) // the last key's work ends
	before := map[string]usage{}
	for name, w := range windows {
		before[name] = used(b, w.cmd.Process.Pid)
	}
	time.Sleep(pause)
	var own string
	var peers, ratios []string
	var ours usage
	for _, p := range all {
		if t.gone[p.name] {
			continue
		}
		was, is := before[p.name], used(b, windows[p.name].cmd.Process.Pid)
		for _, of := range [][2]*float64{{&is.wakeups, &was.wakeups}, {&is.preempted, &was.preempted}, {&is.cpu, &was.cpu}} {
			*of[0] = (*of[0] - *of[1]) / pause.Seconds() // since then, a second
		}
		b.ReportMetric(is.wakeups, p.name+"-wakeups/s")
		b.ReportMetric(is.preempted, p.name+"-preempted/s")
		b.ReportMetric(100*is.cpu, p.name+"-%CPU")
		b.ReportMetric(is.memory, p.name+"-MB")
		said := fmt.Sprintf("%.1f; %.2f %%; %.0f MB", is.wakeups+is.preempted, 100*is.cpu, is.memory)
		if p.name == self {
			own, ours = said, is
			continue
		}
		peers = append(peers, p.name+": "+said)
		ratios = append(ratios, short(ours.memory/is.memory))
	}
	return append(rows, fmt.Sprintf("| at rest: switches of threads a second, CPU, memory | %s | %s | memory: %s |",
		own, strings.Join(peers, "; "), strings.Join(ratios, "; ")))
}

// nextPicture is the time from a key to a slide with a picture of its own, a moment after the one before.
func nextPicture(b *testing.B, bin, protocol string) *tally {
	const n, w, h = 40, 640, 400
	dir := b.TempDir()
	var deck bytes.Buffer
	for i := range n {
		fmt.Fprintf(&deck, "Slide %d\n===\n\n![](%d.png)\n\n<!-- end_slide -->\n\n", i, i)
		m := image.NewNRGBA(image.Rect(0, 0, w, h))
		for at := range w * h {
			x, y := at%w, at/w
			m.SetNRGBA(x, y, color.NRGBA{uint8(x * y / (i + 1)), uint8(x + 7*i), uint8(y ^ i), 255})
		}
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.png", i)), file.Bytes(), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "deck.md"), deck.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	t := newTally(b)
	others := "nobody" // kitty's placeholders are this program's way to put pictures anywhere
	if protocol == "blocks" {
		others = "presenterm"
	}
	all, windows := players(b, bin, others), map[string]*window{}
	with := func(i int) func(string) bool {
		return regexp.MustCompile(fmt.Sprintf("(?s)Slide %d\\b.*[▀▄█\U0010EEEE]", i)).MatchString
	}
	for _, p := range all {
		how := "--pictures=" + protocol
		if p.name != self {
			how = "--image-protocol=ascii-blocks"
		}
		v := show(b, dir, append(p.on("deck.md"), how)...)
		defer v.end()
		windows[p.name] = v
		if _, err := v.until(time.Now(), with(0)); err != nil {
			t.add(p.name, 0, err)
		}
	}
	for i := 1; b.Loop(); i++ {
		for _, p := range all {
			if v := windows[p.name]; !t.gone[p.name] && i < n {
				time.Sleep(300 * time.Millisecond) // nobody shows a picture for less
				began := time.Now()
				v.key(p.next)
				ms, err := v.until(began, with(i))
				t.add(p.name, ms, err)
			}
		}
	}
	return t
}

// helped is the condition that a screen shows the keys, or that it does not.
func helped(is bool) func(string) bool {
	return func(screen string) bool { return strings.Contains(screen, "─ keys ─") == is }
}

// busy presses keys in turn while the program of a slide runs, and notes how long each takes; it returns how
// long the program ran, in ms.
func busy(b *testing.B, bin, dir string, t *tally) float64 {
	b.Helper()
	w := show(b, dir, bin, "present", "deck.md")
	defer w.end()
	w.mustUntil(time.Now(), slide(0))
	began := time.Now()
	w.key("e")
	for {
		for _, is := range []bool{true, false} {
			pressed := time.Now()
			w.key("?")
			t.add(self, w.mustUntil(pressed, helped(is)), nil)
		}
		if strings.Contains(w.text(), "✓ ") {
			return float64(time.Since(began).Microseconds()) / 1000
		}
		if time.Since(began) > 10*tooLong {
			b.Fatalf("the program does not end:\n%s", w.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// oneProgram is a deck with one slide and one program.
func oneProgram(attribute, script string) []byte {
	return fmt.Appendf(nil, "Slide 0\n===\n\nsecond\n\n```bash %s\n%s\n```\n", attribute, script)
}

// keyDuring is the time of a key while a program prints 10,000 lines, to whose end the slide is scrolled.
func keyDuring(b *testing.B, bin string) []string {
	dir := made(b, oneProgram("+exec", "for i in {1..10000}; do echo \"line $i\"; if ((i % 100 == 0)); then sleep .01; fi; done"))
	t := newTally(b)
	for b.Loop() {
		busy(b, bin, dir, t)
	}
	return []string{t.row("a key while a program prints 10,000 lines")}
}

// flood is the time in which a program with +pty prints 100 MB, the time of a key meanwhile, and the time
// that @xterm/headless takes for the same text.
func flood(b *testing.B, bin string) []string {
	size := 100_000_000
	if quick() {
		size = 2_000_000
	}
	const line = "the quick brown fox jumps over the lazy dog"
	dir := made(b, oneProgram("+pty", fmt.Sprintf("yes '%s' | head -c %d", line, size)))
	file := filepath.Join(dir, "stream")
	count := size / len(line+"\n")
	if err := os.WriteFile(file, bytes.Repeat([]byte(line+"\r\n"), count), 0o644); err != nil {
		b.Fatal(err)
	}
	printed, keys := newTally(b), newTally(b)
	const peer = "@xterm/headless alone, with the same text"
	xterm := hasXterm()
	if xterm != nil {
		b.Logf("without @xterm/headless: %v", xterm)
	}
	for b.Loop() {
		printed.add(self, busy(b, bin, dir, keys), nil)
		if xterm == nil {
			rate, err := xtermRate(file)
			printed.add(peer, float64(count*len(line+"\r\n"))/1e3/rate, err)
		}
	}
	row := printed.row(fmt.Sprintf("a program with `+pty` prints %d MB", size/1_000_000))
	b.ReportMetric(keys.at(self, .5), "key-p50-ms")
	b.ReportMetric(keys.at(self, .99), "key-p99-ms")
	b.ReportMetric(keys.at(self, 1), "key-max-ms")
	return []string{row, fmt.Sprintf("| a key meanwhile | %s, at most %s | | |",
		span(keys.at(self, .5), keys.at(self, .99)), duration(keys.at(self, 1)))}
}

// hasXterm says why @xterm/headless is not there.
func hasXterm() error {
	if out, err := exec.Command("node", "-e", "require('@xterm/headless')").CombinedOutput(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("%w: %s", err, first)
	}
	return nil
}

// xtermRate returns how many megabytes of a file @xterm/headless takes in a second.
func xtermRate(file string) (float64, error) {
	out, err := exec.Command("node", "../../slides/vt/testdata/expect.js", "--bench", "120x40", file).Output()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.Trim(string(out), "[]\n"), 64)
}

// usage is what a process has taken since its start.
type usage struct {
	wakeups, preempted float64 // switches of its threads: when they waited, and when others had their turn
	cpu                float64 // seconds
	memory             float64 // MB, at this moment
}

func used(b *testing.B, pid int) (u usage) {
	b.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(tasks) == 0 {
		b.Fatalf("no process %d: %v", pid, err)
	}
	for _, task := range tasks {
		status, _ := os.ReadFile(task) // a thread may end
		u.wakeups += field(string(status), "voluntary_ctxt_switches:")
		u.preempted += field(string(status), "nonvoluntary_ctxt_switches:")
		u.memory = field(string(status), "VmRSS:") / 1024
		times, _ := os.ReadFile(strings.TrimSuffix(task, "status") + "schedstat")
		if ran, _, ok := strings.Cut(string(times), " "); ok {
			ns, _ := strconv.ParseFloat(ran, 64)
			u.cpu += ns / 1e9
		}
	}
	return u
}

func field(status, name string) float64 {
	_, rest, _ := strings.Cut("\n"+status, "\n"+name)
	if parts := strings.Fields(rest); len(parts) > 0 {
		n, _ := strconv.ParseFloat(parts[0], 64)
		return n
	}
	return 0
}
