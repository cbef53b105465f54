package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// What a speaker waits for in a terminal, beside other players of decks where they are installed:
//
//	go test -run '^$' -bench Present -benchtime 20x ./cmd/slidexec
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
	changed chan struct{}
}

// show starts a command in a terminal.
func show(b *testing.B, dir string, args ...string) *window {
	b.Helper()
	outer, inner := pty.Open(b)
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
	for buf := make([]byte, 1<<16); ; {
		n, err := w.out.Read(buf)
		if err != nil {
			return
		}
		w.mu.Lock()
		_, _ = w.screen.Write(buf[:n])
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
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(sgr.ReplaceAll(w.screen.Text(), nil))
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// until waits until the screen shows what a pattern says, and returns the time since then.
func (w *window) until(since time.Time, pattern *regexp.Regexp) float64 {
	w.b.Helper()
	late := time.After(20 * time.Second)
	for !pattern.MatchString(w.text()) {
		select {
		case <-w.changed:
		case <-late:
			fail := w.b.Fatalf
			if !strings.Contains(strings.Join(w.cmd.Args, " "), "slidexec present") { // another player may be too slow
				fail = w.b.Skipf
			}
			fail("%v does not show %v:\n%s", w.cmd.Args, pattern, w.text())
		}
	}
	return float64(time.Since(since).Microseconds()) / 1000
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

// slide matches a screen with a slide of a made deck, and with its last text.
func slide(i int) *regexp.Regexp { return regexp.MustCompile(fmt.Sprintf(`(?s)Slide %d\b.*second`, i)) }

// player is a program that shows a deck in a terminal.
type player struct {
	name string
	args []string // the deck follows
	deck func(n int) []byte
	next string
}

// players returns this program and the others that are installed.
func players(b *testing.B, bin string) []player {
	all := []player{{"slidexec", []string{bin, "present"}, generated, "j"}}
	for _, p := range []player{
		{"presenterm", []string{"presenterm"}, generated, "j"},
		{"mdp", []string{"mdp"}, ruled, "j"},
		{"patat", []string{"patat"}, ruled, "\r"},
	} {
		if path, err := exec.LookPath(p.name); err == nil {
			p.args[0] = path
			all = append(all, p)
		}
	}
	return all
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

// BenchmarkPresentStart is the time from the start of a process to the first slide on the screen.
func BenchmarkPresentStart(b *testing.B) {
	bin := build(b)
	for _, n := range []int{30, 1000, 10_000} {
		for _, p := range players(b, bin) {
			b.Run(fmt.Sprintf("%d/%s", n, p.name), func(b *testing.B) {
				dir := made(b, p.deck(n))
				var ms []float64
				for b.Loop() {
					began := time.Now()
					w := show(b, dir, append(p.args[:len(p.args):len(p.args)], "deck.md")...)
					ms = append(ms, w.until(began, slide(0)))
					w.end()
				}
				spread(b, "", ms)
			})
		}
	}
}

// BenchmarkPresentTmux is the same within tmux, whose start is part of it, beside a program that prints
// the same text and does nothing else.
func BenchmarkPresentTmux(b *testing.B) {
	if _, err := exec.LookPath("tmux"); err != nil {
		b.Skip("no tmux")
	}
	nothing := player{name: "nothing", args: []string{"sh", "-c", "printf 'Slide 0\nsecond'; exec sleep 60"}, deck: generated}
	for _, p := range append([]player{nothing}, players(b, build(b))...) {
		b.Run(p.name, func(b *testing.B) {
			dir := made(b, p.deck(30))
			var ms []float64
			for b.Loop() {
				socket := filepath.Join(dir, fmt.Sprint("tmux", len(ms)))
				began := time.Now()
				args := append([]string{"tmux", "-S", socket, "-f", "/dev/null", "new-session"}, p.args...)
				w := show(b, dir, append(args, "deck.md")...)
				ms = append(ms, w.until(began, slide(0)))
				_ = exec.Command("tmux", "-S", socket, "kill-server").Run()
				w.end()
			}
			spread(b, "", ms)
		})
	}
}

// BenchmarkPresentKey is the time from a key to the complete next slide, and what the player takes while
// nobody does anything: wakeups and CPU time in a second, and memory.
func BenchmarkPresentKey(b *testing.B) {
	const n = 1000
	for _, p := range players(b, build(b)) {
		b.Run(p.name, func(b *testing.B) {
			w := show(b, made(b, p.deck(n)), append(p.args[:len(p.args):len(p.args)], "deck.md")...)
			defer w.end()
			w.until(time.Now(), slide(0))
			var ms []float64
			for i := 1; b.Loop(); i++ {
				began := time.Now()
				if i < n {
					w.key(p.next)
					ms = append(ms, w.until(began, slide(i)))
				}
			}
			spread(b, "", ms)
			rest := 5 * time.Second
			if b.N == 1 {
				rest = 200 * time.Millisecond // only to see that it works
			}
			time.Sleep(rest / 5) // the last key's work ends
			switches, ticks := consumed(b, w.cmd.Process.Pid)
			time.Sleep(rest)
			switched, ticked := consumed(b, w.cmd.Process.Pid)
			b.ReportMetric(float64(switched-switches)/rest.Seconds(), "wakeups/s")
			b.ReportMetric(float64(ticked-ticks)/rest.Seconds(), "%CPU") // a tick is 10 ms
			b.ReportMetric(float64(resident(b, w.cmd.Process.Pid))/1024, "MB")
		})
	}
}

// BenchmarkPresentFlood is the time that a program with +pty takes to print 100 MB, and the time of a key
// meanwhile: until help is there, or gone.
func BenchmarkPresentFlood(b *testing.B) {
	size := 100_000_000
	if testing.Short() || b.N == 1 && os.Getenv("SLIDEXEC_FLOOD") == "" {
		size = 2_000_000
	}
	deck := fmt.Sprintf("Slide 0\n===\n\nsecond\n\n```bash +pty\nyes 'the quick brown fox jumps over the lazy dog' | head -c %d\n```\n", size)
	dir := made(b, []byte(deck))
	bin := build(b)
	help, noHelp := regexp.MustCompile(`─ keys ─`), regexp.MustCompile(`(?s)^.*Slide 0.*second`)
	var flood, keys []float64
	for b.Loop() {
		w := show(b, dir, bin, "present", "deck.md")
		w.until(time.Now(), slide(0))
		began := time.Now()
		w.key("e")
		for done := regexp.MustCompile(`✓ `); ; {
			pressed := time.Now()
			w.key("?")
			keys = append(keys, w.until(pressed, help))
			pressed = time.Now()
			w.key("?")
			keys = append(keys, w.until(pressed, noHelp))
			if done.MatchString(w.text()) {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		flood = append(flood, float64(time.Since(began).Microseconds())/1000)
		w.end()
	}
	spread(b, "key-", keys)
	spread(b, "flood-", flood)
	b.ReportMetric(float64(size)/1e6/(flood[len(flood)/2]/1000), "MB/s")
}

// consumed returns how often the threads of a process were woken, and its CPU time in ticks.
func consumed(b *testing.B, pid int) (switches, ticks int) {
	b.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil || len(tasks) == 0 {
		b.Fatalf("no process %d: %v", pid, err)
	}
	for _, task := range tasks {
		status, _ := os.ReadFile(task) // a thread may end
		switches += field(string(status), "voluntary_ctxt_switches:")
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	parts := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(parts[11])
	system, _ := strconv.Atoi(parts[12])
	return switches, user + system
}

// resident returns the memory of a process in KiB.
func resident(b *testing.B, pid int) int {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	return field(string(status), "VmRSS:")
}

func field(status, name string) int {
	_, rest, _ := strings.Cut("\n"+status, "\n"+name)
	if parts := strings.Fields(rest); len(parts) > 0 {
		n, _ := strconv.Atoi(parts[0])
		return n
	}
	return 0
}
