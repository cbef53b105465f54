//go:build browser

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/slidexec/slidexec/sandbox"
)

// The whole chain, nothing made up: a real `slidexec serve` in a process of its own, real files,
// the real sandbox, a real browser: go test -tags browser.

// served is a `slidexec serve` in a process of its own.
type served struct {
	tb      testing.TB
	bin     string
	deck    string
	address string
	flags   []string
	cmd     *exec.Cmd
	said    strings.Builder
}

// start compiles the program and serves a deck in a folder of its own.
func start(tb testing.TB, source []byte, flags ...string) *served {
	tb.Helper()
	s := &served{tb: tb, bin: build(tb), deck: filepath.Join(tb.TempDir(), "deck.md"), flags: flags}
	tb.Setenv("XDG_CACHE_HOME", tb.TempDir()) // from here on: go build has its cache there too
	tb.Setenv(tokenVariable, "a token for the whole chain")
	s.write(source)
	s.serve()
	tb.Cleanup(s.stop)
	return s
}

func (s *served) serve() {
	s.tb.Helper()
	s.cmd = exec.Command(s.bin, append([]string{"serve", s.deck}, s.flags...)...)
	s.cmd.Stderr = &s.said
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		s.tb.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.tb.Fatalf("no address: %v\n%s", err, &s.said)
	}
	s.address = strings.TrimSpace(line)
}

// stop ends it as Ctrl-C does.
func (s *served) stop() {
	s.tb.Helper()
	if s.cmd == nil {
		return
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.tb.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.tb.Errorf("serve: %v\n%s", err, &s.said)
	}
	s.cmd = nil
}

func (s *served) write(source []byte) {
	s.tb.Helper()
	if err := os.WriteFile(s.deck, source, 0o600); err != nil {
		s.tb.Fatal(err)
	}
}

// replace saves as editors do that write a new file and rename it.
func (s *served) replace(source []byte) {
	s.tb.Helper()
	err := os.WriteFile(s.deck+"~", source, 0o600)
	if err = errors.Join(err, os.Rename(s.deck+"~", s.deck)); err != nil {
		s.tb.Fatal(err)
	}
}

// tear saves in pieces with pauses, as over a slow line.
func (s *served) tear(source []byte, pieces int) {
	s.tb.Helper()
	f, err := os.OpenFile(s.deck, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		s.tb.Fatal(err)
	}
	for i := range pieces {
		_, err := f.Write(source[len(source)*i/pieces : len(source)*(i+1)/pieces])
		if err != nil {
			s.tb.Fatal(err)
		}
		time.Sleep(7 * time.Millisecond) // what is tested is that nobody shows what is there now
	}
	if err := f.Close(); err != nil {
		s.tb.Fatal(err)
	}
}

// chromium starts a browser.
func chromium(tb testing.TB) context.Context {
	tb.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if needed("chromium") {
			tb.Fatal(err)
		}
		tb.Skip("chromium is not installed")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(tb.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	tb.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	tb.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatal(err)
	}
	return ctx
}

// window is a tab that shows a served deck.
type window struct {
	tb  testing.TB
	ctx context.Context

	mu    sync.Mutex
	asked []string // addresses of requests
}

// open opens the address of a server in a tab.
func (s *served) open(ctx context.Context) *window {
	s.tb.Helper()
	w := &window{tb: s.tb}
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithListener(func(ev any) {
		if ev, ok := ev.(*network.EventRequestWillBeSent); ok {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.asked = append(w.asked, ev.Request.URL)
		}
	}))
	s.tb.Cleanup(cancel)
	w.ctx = ctx
	w.do(chromedp.EmulateViewport(1280, 720))
	w.ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	s.tb.Cleanup(cancel)
	if _, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{}); err != nil {
		s.tb.Fatal(err)
	}
	w.do(chromedp.Navigate(s.address))
	w.until(`document.readyState === "complete" && document.documentElement.classList.contains("up")`)
	return w
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.tb.Helper()
	if err := chromedp.Do(w.ctx, steps...); err != nil {
		w.tb.Fatal(err)
	}
}

// value returns the value of an expression in the page, or of the promise that it is.
func value[T any](w *window, expr string) T {
	w.tb.Helper()
	v, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expr, chromedp.EvalAwaitPromise))
	if err != nil {
		w.tb.Fatalf("%s: %v", expr, err)
	}
	return v
}

func (w *window) js(script string) { w.tb.Helper(); w.do(chromedp.Evaluate[chromedp.Void](script)) }

// until waits for an expression in the page to be true.
func (w *window) until(expr string) {
	w.tb.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	const poll = `new Promise(f => { const look = () => { let is; try { is = %s } catch {} is ? f(true) : setTimeout(look, 10); }; look(); })`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(poll, expr), chromedp.EvalAwaitPromise)); err != nil {
		w.tb.Fatalf("never: %s\n%v\n%s", expr, err, value[string](w, `document.body.innerText.slice(0, 2000)`))
	}
}

// done checks that nobody but the server was asked for anything.
func (w *window) done(s *served) {
	w.tb.Helper()
	u, err := url.Parse(s.address)
	if err != nil {
		w.tb.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.asked {
		if to, err := url.Parse(a); err != nil || to.Host != u.Host && to.Scheme != "data" {
			w.tb.Errorf("request to %s", a)
		}
	}
	if len(w.asked) == 0 {
		w.tb.Error("no request was seen at all")
	}
}

const chain = `First
===
text

<!-- end_slide -->
Programs
===
~~~sh +exec +id:slow
for i in 1 2 3; do echo line $i; sleep 0.4; done; exit 3
~~~
~~~sh +exec +id:long
echo begin; sleep 61.7331
~~~
~~~sh +exec +id:flood
head -c 100000000 /dev/zero | tr '\0' 'x' | fold -w 99
~~~
~~~c +exec +id:wrong
int main(void) { return oops; }
~~~
`

// TestChain gives a talk.
func TestChain(t *testing.T) {
	if !sandbox.Probe(t.Context()).OK() {
		t.Skip("this machine cannot sandbox")
	}
	s := start(t, []byte(chain))
	w := s.open(chromium(t))
	w.js(`deck.go(1, 0)`)
	s.write([]byte(strings.Replace(chain, "Programs", "The programs", 1)))
	w.until(`document.querySelector(".on .t").textContent === "The programs"`)

	const out = `[...document.querySelectorAll(".on .out")]`
	press := func(n int) { w.js(fmt.Sprintf(`document.querySelectorAll(".on .box:not(.out) .ctl")[%d].click()`, n)) }
	press(0)
	w.until(out + `[0].textContent.includes("line 1") && !` + out + `[0].textContent.includes("line 3") && ` + out + `[0].classList.contains("busy")`)
	w.until(`/✗ exit 3 · 1\.\d s/.test(` + out + `[0].textContent) && ` + out + `[0].textContent.includes("line 3")`)
	press(1)
	w.until(out + `[1].textContent.includes("begin")`)
	press(1)
	w.until(`/✗ stopped after/.test(` + out + `[1].textContent)`)
	press(2)
	w.until(`/output limit/.test(` + out + `[2].textContent) && /more not shown/.test(` + out + `[2].textContent)`)
	if _, err := exec.LookPath("gcc"); err == nil {
		press(3)
		w.until(`/deck.md:\d+:\d+.*oops/.test(` + out + `[3].textContent)`)
	}

	if err := os.Remove(s.deck); err != nil {
		t.Fatal(err)
	}
	w.until(`document.querySelector("#broken") && document.querySelector(".on .t").textContent === "The programs"`)
	s.write([]byte(strings.Replace(chain, "Programs", "Back", 1)))
	w.until(`!document.querySelector("#broken") && document.querySelector(".on .t").textContent === "Back"`)
	if !value[bool](w, `/line 3/.test(`+out+`[0].textContent)`) {
		t.Error("an output was lost")
	}

	press(1)
	w.until(`/running/.test(` + out + `[1].textContent) && ` + out + `[1].textContent.includes("begin")`)
	u, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !alive(t, "61.7331"); {
		if time.Now().After(deadline) {
			t.Fatal("the running program cannot be found")
		}
	}
	s.stop()
	if alive(t, "61.7331") {
		t.Error("a program outlives the server")
	}
	w.until(`document.querySelector("#net")`)
	s.flags = append(s.flags, "--port", u.Port())
	s.serve()
	w.until(`!document.querySelector("#net") && document.querySelector(".on .t").textContent === "Back"`)
	s.write([]byte(strings.Replace(chain, "Programs", "After the restart", 1)))
	w.until(`document.querySelector(".on .t").textContent === "After the restart"`)
	w.done(s)
}

// alive reports whether a process has an argument.
func alive(t *testing.T, arg string) bool {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(lines) == 0 {
		t.Fatalf("no list of processes: %v", err)
	}
	for _, name := range lines {
		if line, err := os.ReadFile(name); err == nil && strings.Contains(string(line), "\x00"+arg+"\x00") {
			return true
		}
	}
	return false
}

// watch has the page note every state of the first slide's title that is ever in the document.
const watch = `window.states = []; window.empty = 0;
	(look => { look(); new MutationObserver(look).observe(document.querySelector("#deck"), {childList: true, subtree: true, characterData: true}); })(() => {
		const t = document.querySelector("#deck .t")?.textContent;
		if (!t || !document.querySelector(".on")) empty++;
		else if (states.at(-1) !== t) states.push(t);
	})`

// saves saves a deck of 4.7 MB in pieces and by renaming, and checks that each save is seen and
// nothing else.
func saves(tb testing.TB, n int) {
	large := func(title string) []byte {
		return append([]byte(title+"\n===\n\n<!-- end_slide -->\n\n"), generated(12_900)...)
	}
	s := start(tb, large("save 0"))
	w := s.open(chromium(tb))
	w.js(watch)
	want := []string{"save 0"}
	for i := range 2 * n {
		title := fmt.Sprintf("save %d", i+1)
		if i%2 == 0 {
			s.tear(large(title), 20)
		} else {
			s.replace(large(title))
		}
		w.until(`document.querySelector("#deck .t").textContent === "` + title + `"`)
		want = append(want, title)
	}
	if got := value[[]string](w, `states`); strings.Join(got, ",") != strings.Join(want, ",") {
		tb.Errorf("states %q, want %q", got, want)
	}
	if n := value[int](w, `empty`); n > 0 {
		tb.Errorf("%d times there was no slide", n)
	}
}

func TestTornSaves(t *testing.T) { saves(t, 3) }
