package remote

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// fake is a talk that a test leads.
type fake struct {
	mu     sync.Mutex
	events []slides.Event // for every guest, at first
	more   chan slides.Event
	asked  chan string
}

func (f *fake) Events(ctx context.Context) <-chan slides.Event {
	out := make(chan slides.Event)
	f.mu.Lock()
	first := f.events
	f.mu.Unlock()
	go func() {
		defer close(out)
		for _, e := range first {
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
		for {
			select {
			case e := <-f.more:
				out <- e
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (f *fake) Run(keys ...slides.Key)  { f.asked <- "run " + string(keys[0]) }
func (f *fake) Stop(keys ...slides.Key) { f.asked <- "stop " + string(keys[0]) }

func deckOf(version int, text string) slides.Loaded {
	f := slides.NewFile("talk.md", "talk.md", []byte(text))
	d := &slides.Deck{Meta: slides.Meta{Options: slides.Options{EndSlideShorthand: true}}, Files: []*slides.File{f, {Name: "x.png", Path: "x.png"}}}
	for range strings.Count(text, "\n") {
		d.Slides = append(d.Slides, &slides.Slide{Steps: 1})
	}
	return slides.Loaded{Deck: d, Version: version}
}

// folder returns a short path for sockets.
func folder(t *testing.T) Talks {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "remote")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return Talks{[]string{filepath.Join(dir, "slidexec")}}
}

// host starts a host, and ends it with the test. It returns when guests can come.
func host(t *testing.T, talks Talks, talk Talk) (*stage.Seat, func()) {
	t.Helper()
	h := &Host{Deck: "/x/talk.md", Name: "talk.md", Hall: &stage.Hall{}, Talk: talk, Talks: talks}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx) }()
	for len(talks.Find(h.Deck)) == 0 {
		select {
		case err := <-ended:
			t.Fatalf("no guests can come: %v", err)
		default:
			runtime.Gosched()
		}
	}
	end := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return h.Hall.Join(), end
}

func join(t *testing.T, talks Talks) *Guest {
	t.Helper()
	g, _, err := talks.Latest("/x/talk.md", 0)
	if g == nil || err != nil {
		t.Fatalf("no talk: %v", err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// next returns the next message, and the name of its field.
func next(t *testing.T, g *Guest) (Message, string) {
	t.Helper()
	m, err := g.Receive()
	switch {
	case err != nil:
		t.Fatal(err)
	case m.Loaded != nil:
		return m, "loaded"
	case m.Ran != nil:
		return m, "ran"
	case m.Stage != nil:
		return m, "stage"
	case m.Broken != nil:
		return m, "broken"
	}
	return m, ""
}

func want(t *testing.T, g *Guest, name string) Message {
	t.Helper()
	m, got := next(t, g)
	if got != name {
		t.Fatalf("the host says %q, want %s: %+v", got, name, m)
	}
	return m
}

// TestTalk: a guest gets the deck, its results and the stage, and both move together.
func TestTalk(t *testing.T) {
	talks := folder(t)
	first := deckOf(1, "one\ntwo\nthree\n")
	long := slides.Result{State: slides.Done, Log: []slides.Chunk{{Stderr: true, Data: make([]byte, 2*maxOutput)}}}
	talk := &fake{events: []slides.Event{first, slides.Ran{Key: "k", Result: long}}, more: make(chan slides.Event), asked: make(chan string, 1)}
	player, _ := host(t, talks, talk)
	player.Load(first.Deck, 1, nil)
	if err := player.Change(stage.Stage{Slide: 1}.Place(), time.Now()); err != nil {
		t.Fatal(err)
	}
	g := join(t, talks)
	if w := g.Welcome; w.Deck != "talk.md" || w.Process != os.Getpid() || w.Since.IsZero() {
		t.Errorf("welcome %+v", w)
	}
	m := want(t, g, "loaded")
	if files := m.Loaded.Deck(); len(files) != 2 || string(files[0].Src) != "one\ntwo\nthree\n" || files[0].Line(2) != "two" || files[1].Src != nil || m.Loaded.Version != 1 || !m.Loaded.Options.EndSlideShorthand {
		t.Errorf("the deck is %+v", m.Loaded)
	}
	if m := want(t, g, "stage"); m.Stage.Slide != 1 || m.Stage.Deck != 1 {
		t.Errorf("the stage is %+v", m.Stage)
	}
	if r := want(t, g, "ran").Ran; r.Key != "k" || r.Result.Size() != maxOutput || !r.Result.Log[0].Stderr || r.Result.Omitted != maxOutput {
		t.Errorf("%d bytes of the result, %d omitted", r.Result.Size(), r.Result.Omitted)
	}
	version := 1
	to := stage.Stage{Slide: 2}.Place()
	to.Deck = &version
	if err := g.Move(to); err != nil {
		t.Fatal(err)
	}
	<-player.News()
	if m := player.Message(time.Now()); m.Slide != 2 {
		t.Errorf("the player goes to %+v", m)
	}
	if err := player.Change(stage.Stage{Slide: 0}.Place(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if m := want(t, g, "stage"); m.Stage.Slide != 0 {
		t.Errorf("the guest goes to %+v", m.Stage)
	}
	for _, tt := range []struct {
		ask  func(...slides.Key) error
		want string
	}{{g.Run, "run k"}, {g.Stop, "stop k"}} {
		if err := tt.ask("k"); err != nil {
			t.Fatal(err)
		}
		if got := <-talk.asked; got != tt.want {
			t.Errorf("asked for %q, want %q", got, tt.want)
		}
	}
	talk.more <- slides.Broken{Diags: slides.Diags{{Msg: "a mistake\x1b[2J"}}}
	if b := want(t, g, "broken").Broken; len(b) != 1 || strings.ContainsRune(b[0], '\x1b') {
		t.Errorf("broken: %q", b)
	}
}

// TestEdited: the guest gets an edited deck before a stage in its version.
func TestEdited(t *testing.T) {
	talks := folder(t)
	first, second := deckOf(1, "one\ntwo\n"), deckOf(2, "zero\none\ntwo\n")
	talk := &fake{events: []slides.Event{first}, more: make(chan slides.Event)}
	player, _ := host(t, talks, talk)
	g := join(t, talks)
	want(t, g, "loaded")
	player.Load(first.Deck, 1, nil)
	if err := player.Change(stage.Stage{Slide: 1}.Place(), time.Now()); err != nil {
		t.Fatal(err)
	}
	want(t, g, "stage")
	player.Load(second.Deck, 2, []stage.Splice{{At: 0, Removed: 0, From: 0, To: 1}})
	if err := player.Change(stage.Stage{Slide: 0}.Place(), time.Now()); err != nil { // news of a deck that the guest lacks
		t.Fatal(err)
	}
	talk.more <- second
	if m := want(t, g, "loaded"); m.Loaded.Version != 2 {
		t.Errorf("version %d", m.Loaded.Version)
	}
	if m := want(t, g, "stage"); m.Stage.Slide != 0 || m.Stage.Deck != 2 {
		t.Errorf("the stage is %+v", m.Stage)
	}
}

// TestComeAndGo: guests and hosts may come and go in any order.
func TestComeAndGo(t *testing.T) {
	talks := folder(t)
	waiting := make(chan bool)
	type joined struct {
		g   *Guest
		err error
	}
	got := make(chan joined)
	go func() {
		g, _, err := talks.Wait(context.Background(), "/x/talk.md", 0, func([]Found) { close(waiting) })
		got <- joined{g, err}
	}()
	<-waiting
	_, end := host(t, talks, &fake{events: []slides.Event{deckOf(1, "a\n")}, more: make(chan slides.Event)})
	j := <-got
	if j.err != nil {
		t.Fatal(j.err)
	}
	want(t, j.g, "loaded")
	other := join(t, talks)
	want(t, other, "loaded")
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	end()
	if _, err := j.g.Receive(); !errors.Is(err, ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
	if left := talks.Find("/x/talk.md"); len(left) > 0 {
		t.Errorf("the socket is left: %v", left)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := talks.Wait(ctx, "/x/talk.md", 0, func([]Found) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting ended with %v", err)
	}
}

// TestKilled: the socket of a host that was killed is in nobody's way.
func TestKilled(t *testing.T) {
	talks := folder(t)
	dir, _, err := talks.place("/x/talk.md")
	if err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(dir, name("/x/talk.md")+"1"+ending)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	if g, _, err := talks.Latest("/x/talk.md", 0); g != nil || err != nil {
		t.Errorf("joined a talk that has ended: %v, %v", g, err)
	}
	if _, err := os.Lstat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its socket is still there: %v", err)
	}
}

// TestKilledElsewhere: a host takes away the sockets that hosts of other decks left when they were killed, and
// leaves those of talks.
func TestKilledElsewhere(t *testing.T) {
	talks := folder(t)
	host(t, talks, &fake{more: make(chan slides.Event)})
	mine := talks.Find("/x/talk.md")[0]
	stale := filepath.Join(filepath.Dir(mine.path), name("/x/other.md")+"1"+ending)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: stale, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	_ = l.Close()
	third, path, err := talks.listen("/x/third.md")
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	var left []string
	for _, f := range talks.find("") {
		left = append(left, f.path)
	}
	if want := []string{mine.path, path}; len(left) != 2 || !slices.Contains(left, want[0]) || !slices.Contains(left, want[1]) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

// TestSeveral: of several talks of a deck, the latest one is joined, or the one that is asked for.
func TestSeveral(t *testing.T) {
	talks := folder(t)
	host(t, talks, &fake{events: []slides.Event{deckOf(1, "a\n")}, more: make(chan slides.Event)})
	mine := talks.Find("/x/talk.md")[0]
	older := filepath.Join(filepath.Dir(mine.path), name("/x/talk.md")+"7"+ending)
	if err := os.Link(mine.path, older); err != nil {
		t.Skip(err)
	}
	for _, tt := range []struct{ ask, others int }{{0, 1}, {7, 1}, {8, 2}} {
		g, others, err := talks.Latest("/x/talk.md", tt.ask)
		if (g != nil) == (tt.ask == 8) || len(others) != tt.others || err != nil {
			t.Errorf("asked for %d: %v, %v, %v", tt.ask, g, others, err)
		}
		if g != nil {
			_ = g.Close()
		}
	}
	if g, _, err := talks.Latest("/x/other.md", 0); g != nil || err != nil {
		t.Errorf("the talk of another deck: %v, %v", g, err)
	}
}

// TestPrivate: sockets are only where nobody else can put or see them.
func TestPrivate(t *testing.T) {
	talks := folder(t)
	host(t, talks, &fake{more: make(chan slides.Event)})
	f := talks.Find("/x/talk.md")[0]
	for path, want := range map[string]os.FileMode{f.path: 0o600, filepath.Dir(f.path): 0o700} {
		if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", path, info.Mode(), err, want)
		}
	}
	dir := filepath.Dir(f.path)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := talks.Find("/x/talk.md"); len(got) > 0 {
		t.Error("a folder that others can enter is trusted")
	}
	if _, _, err := talks.place("/x/talk.md"); err == nil || !strings.Contains(err.Error(), "only you") {
		t.Errorf("a folder that others can enter: %v", err)
	}
	if err := errors.Join(os.Chmod(dir, 0o700), os.Rename(dir, dir+"2"), os.Symlink(dir+"2", dir)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := talks.place("/x/talk.md"); err == nil || len(talks.Find("/x/talk.md")) > 0 {
		t.Error("a link to a folder is trusted")
	}
	long := Talks{[]string{filepath.Join(filepath.Dir(dir), strings.Repeat("x", 100)), dir + "3"}}
	if d, _, err := long.place("/x/talk.md"); err != nil || d != dir+"3" {
		t.Errorf("beside a folder with a long name: %s, %v", d, err)
	}
}

// TestStranger: a process of another user can neither be host nor guest, even if it finds the socket.
func TestStranger(t *testing.T) {
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("needs root on Linux, to become another user")
	}
	python, err := exec.LookPath("/usr/bin/python3") // not one in a home
	setpriv, err2 := exec.LookPath("setpriv")
	if err := errors.Join(err, err2); err != nil {
		t.Skip(err)
	}
	talks := folder(t)
	host(t, talks, &fake{more: make(chan slides.Event)})
	f := talks.Find("/x/talk.md")[0]
	for dir := filepath.Dir(f.path); dir != "/tmp"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(f.path, 0o777); err != nil {
		t.Fatal(err)
	}
	script := "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\nprint(len(s.recv(100)))"
	out, err := exec.Command(setpriv, "--reuid=65534", "--clear-groups", python, "-c", script, f.path).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "0" {
		t.Errorf("another user got %s bytes (%v)", out, err)
	}
}

// TestNonsense: what is no request ends the connection, and nothing else.
func TestNonsense(t *testing.T) {
	talks := folder(t)
	talk := &fake{events: []slides.Event{deckOf(1, "a\n")}, more: make(chan slides.Event)}
	host(t, talks, talk)
	for _, line := range []string{"nonsense\n", `{"stage":3}` + "\n", strings.Repeat("x", maxRequest+1) + "\n", "\n"} {
		c, err := talks.Find("/x/talk.md")[0].dial()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		p := newPeer(c, maxMessage)
		for err == nil {
			var m Message
			err = p.receive(&m)
		}
		_ = c.Close()
	}
	g := join(t, talks)
	want(t, g, "loaded")
}

// TestEndsWhileAsked: a host that ends before it has said anything is no talk any more.
func TestEndsWhileAsked(t *testing.T) {
	talks := folder(t)
	l, path, err := talks.listen("/x/talk.md")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_ = c.Close()
		}
	}()
	if g, _, err := talks.Latest("/x/talk.md", 0); g != nil || err != nil {
		t.Errorf("joined a talk that was ending: %v, %v", g, err)
	}
}

// TestOtherVersion: a guest does not guess what another version means.
func TestOtherVersion(t *testing.T) {
	talks := folder(t)
	l, path, err := talks.listen("/x/talk.md")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			_ = newPeer(c, maxRequest).send(Message{Welcome: &Welcome{Protocol: Protocol + 1}})
		}
	}()
	if g, _, err := talks.Latest("/x/talk.md", 0); g != nil || !errors.Is(err, ErrOther) {
		t.Errorf("joined another version: %v, %v", g, err)
	}
}

// TestManyGuests: as many guests as the budget has find a place, and another one waits until one of them leaves.
func TestManyGuests(t *testing.T) {
	t.Cleanup(budget.Guests.Lower(2))
	talks := folder(t)
	first := deckOf(1, "one\n")
	host(t, talks, &fake{events: []slides.Event{first}, more: make(chan slides.Event), asked: make(chan string, 1)})
	guests := []*Guest{join(t, talks), join(t, talks)}
	for _, g := range guests {
		want(t, g, "loaded")
	}
	if g, _, err := talks.Latest("/x/talk.md", 0); g != nil || err != nil {
		t.Fatalf("a guest too many has a place, or is told to give up: %v", err)
	}
	_ = guests[0].Close()
	for {
		g, _, err := talks.Latest("/x/talk.md", 0)
		if err != nil {
			t.Fatal(err)
		}
		if g != nil { // the host has seen that a place is free
			_ = g.Close()
			return
		}
		runtime.Gosched()
	}
}
