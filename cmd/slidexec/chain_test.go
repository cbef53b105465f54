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
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/browser"
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

// open opens the address of a server in a tab, which may ask that server alone.
func (s *served) open(ctx context.Context) *browser.Tab {
	s.tb.Helper()
	home, path, ok := strings.Cut(s.address, "/?")
	if !ok {
		s.tb.Fatalf("the address %s has no token", s.address)
	}
	tab := browser.Open(s.tb, ctx, home, 1280, 720)
	tab.Visit("/?" + path)
	return tab
}

const chain = `First
===
text

<!-- end_slide -->
Programs
===
~~~sh +exec
for i in 1 2 3; do echo line $i; sleep 0.4; done; exit 3
~~~
~~~sh +exec
echo begin; sleep 61.7331
~~~
~~~sh +exec
head -c 100000000 /dev/zero | tr '\0' 'x' | fold -w 99
~~~
~~~c +exec
int main(void) { return oops; }
~~~
`

// TestChain gives a talk.
func TestChain(t *testing.T) {
	if !sandbox.Probe(t.Context()).OK() {
		t.Skip("this machine cannot sandbox")
	}
	s := start(t, []byte(chain))
	w := s.open(browser.Start(t))
	w.Do(browser.JS(`deck.go(1, 0)`))
	s.write([]byte(strings.Replace(chain, "Programs", "The programs", 1)))
	w.Until(`document.querySelector(".on .t").textContent === "The programs"`)

	const out = `[...document.querySelectorAll(".on .out")]`
	press := func(n int) {
		w.Do(browser.JS(fmt.Sprintf(`document.querySelectorAll(".on .box:not(.out) .ctl")[%d].click()`, n)))
	}
	press(0)
	w.Until(out + `[0].textContent.includes("line 1") && !` + out + `[0].textContent.includes("line 3") && ` + out + `[0].classList.contains("busy")`)
	w.Until(`/✗ exit 3 · 1\.\d s/.test(` + out + `[0].textContent) && ` + out + `[0].textContent.includes("line 3")`)
	press(1)
	w.Until(out + `[1].textContent.includes("begin")`)
	press(1)
	w.Until(`/✗ stopped after/.test(` + out + `[1].textContent)`)
	press(2)
	w.Until(`/output limit/.test(` + out + `[2].textContent) && /more not shown/.test(` + out + `[2].textContent)`)
	if _, err := exec.LookPath("gcc"); err == nil {
		press(3)
		w.Until(`/snippet\.c:1:\d+.*oops/.test(` + out + `[3].textContent)`)
	}

	if err := os.Remove(s.deck); err != nil {
		t.Fatal(err)
	}
	w.Until(`document.querySelector("#broken") && document.querySelector(".on .t").textContent === "The programs"`)
	s.write([]byte(strings.Replace(chain, "Programs", "Back", 1)))
	w.Until(`!document.querySelector("#broken") && document.querySelector(".on .t").textContent === "Back"`)
	if !browser.Eval[bool](w, `/line 3/.test(`+out+`[0].textContent)`) {
		t.Error("an output was lost")
	}

	press(1)
	w.Until(`/running/.test(` + out + `[1].textContent) && ` + out + `[1].textContent.includes("begin")`)
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
	w.Until(`document.querySelector("#net")`)
	s.flags = append(s.flags, "--port", u.Port())
	s.serve()
	w.Until(`!document.querySelector("#net") && document.querySelector(".on .t").textContent === "Back"`)
	s.write([]byte(strings.Replace(chain, "Programs", "After the restart", 1)))
	w.Until(`document.querySelector(".on .t").textContent === "After the restart"`)
	w.Alone()
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
	w := s.open(browser.Start(tb))
	w.Do(browser.JS(watch))
	want := []string{"save 0"}
	for i := range 2 * n {
		title := fmt.Sprintf("save %d", i+1)
		if i%2 == 0 {
			s.tear(large(title), 20)
		} else {
			s.replace(large(title))
		}
		w.Until(`document.querySelector("#deck .t").textContent === "` + title + `"`)
		want = append(want, title)
	}
	if got := browser.Eval[[]string](w, `states`); strings.Join(got, ",") != strings.Join(want, ",") {
		tb.Errorf("states %q, want %q", got, want)
	}
	if n := browser.Eval[int](w, `empty`); n > 0 {
		tb.Errorf("%d times there was no slide", n)
	}
}

func TestTornSaves(t *testing.T) { saves(t, 3) }
