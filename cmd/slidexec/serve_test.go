package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/sandbox"
)

// site is a `slidexec serve` and a browser that has opened its address.
type site struct {
	t      *testing.T
	deck   string
	url    *url.URL // without the token
	client *http.Client
}

// serveDeck starts `slidexec serve` for a deck in a folder of its own.
func serveDeck(t *testing.T, source string, flags ...string) *site {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	s := &site{t: t, deck: filepath.Join(t.TempDir(), "deck.md")}
	s.write(source)
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	status := make(chan int, 1)
	go func() {
		status <- runMain(ctx, append([]string{"serve", s.deck}, flags...), &app{in: strings.NewReader(""), out: in, ui: &ui{w: io.Discard}})
		_ = in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-status; code != exitDone {
			t.Errorf("serve ended with status %d", code)
		}
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if s.url, err = url.Parse(strings.TrimSpace(address)); err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil) // never fails
	s.client = &http.Client{Jar: jar, Transport: &http.Transport{}}
	t.Cleanup(s.client.CloseIdleConnections)
	if page := s.get("/?" + s.url.RawQuery); !strings.Contains(page, "<h1") {
		t.Fatalf("page %.300s", page)
	}
	return s
}

func (s *site) write(source string) {
	s.t.Helper()
	if err := os.WriteFile(s.deck, []byte(source), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) get(path string) string {
	s.t.Helper()
	r, err := s.client.Get("http://" + s.url.Host + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %s %v", path, r.Status, body, err)
	}
	return string(body)
}

// until reads events until one holds a text.
func (s *site) until(text string) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	page := s.get("/")
	_, state, _ := strings.Cut(page, `name="slidexec-state" content="`)
	state, _, _ = strings.Cut(state, `"`)
	if strings.Contains(page, text) {
		return
	}
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://"+s.url.Host+"/events?since="+state, nil) // the address is good
	r, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	for lines := bufio.NewReader(r.Body); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			s.t.Fatalf("no event with %q: %v", text, err)
		}
		if strings.Contains(line, text) {
			return
		}
	}
}

// TestServe edits a deck that is served and runs its program.
func TestServe(t *testing.T) {
	if !sandbox.Probe(t.Context()).OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	const program = "\n```sh +exec\necho $((40 + 2)) is the sum\n```\n"
	s := serveDeck(t, "First\n===\n"+program)
	s.write("First, edited\n===\n" + program)
	s.until("First, edited")
	_, key, _ := strings.Cut(s.get("/"), `class="ctl" data-run="`)
	key, _, _ = strings.Cut(key, `"`)
	req, _ := http.NewRequest("POST", "http://"+s.url.Host+"/run", strings.NewReader(`{"keys":["`+key+`"]}`)) // the address is good
	req.Header.Set("Origin", "http://"+s.url.Host)
	req.Header.Set("Content-Type", "application/json")
	r, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusNoContent {
		t.Fatalf("run: %s", r.Status)
	}
	s.until("42 is the sum")
	if err := os.Remove(s.deck); err != nil {
		t.Fatal(err)
	}
	s.until("event: broken")
	s.write("Back\n===\n")
	s.until("Back")
}

// TestServeAddress makes sure that the token is in force and can be chosen, and that a port that is
// taken is named.
func TestServeAddress(t *testing.T) {
	t.Setenv(tokenVariable, "a token of at least 24 characters")
	s := serveDeck(t, "First\n===\n")
	if got := s.url.Query().Get("token"); got != os.Getenv(tokenVariable) {
		t.Errorf("token %q", got)
	}
	if host := s.url.Hostname(); !net.ParseIP(host).IsLoopback() {
		t.Errorf("it listens on %s", host)
	}
	r, err := http.Get("http://" + s.url.Host + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusForbidden {
		t.Errorf("without a token: %s", r.Status)
	}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{s.deck, "--port", s.url.Port()}, exitFailed, "another program uses port " + s.url.Port() + "; --port 0 picks a free one"},
		{[]string{"-"}, exitUsage, "serve needs a file"},
		{[]string{s.deck, "--port", "65536"}, exitUsage, "--port 65536"},
		{[]string{s.deck, "--token", "short"}, exitUsage, "somebody could guess"},
		{[]string{s.deck + "x"}, exitFailed, "there is no deck"},
		{[]string{}, exitUsage, "serve takes one deck"},
	} {
		var said strings.Builder
		code := runMain(t.Context(), append([]string{"serve"}, tt.args...), &app{in: strings.NewReader(""), out: io.Discard, ui: &ui{w: &said}})
		if code != tt.code || !strings.Contains(said.String(), tt.want) {
			t.Errorf("serve %v: status %d, %q; want %d, %q", tt.args, code, &said, tt.code, tt.want)
		}
	}
}

// TestServeOpen has a browser opened, and looks at what it was given.
func TestServeOpen(t *testing.T) {
	dir := t.TempDir()
	given := filepath.Join(dir, "given")
	browser := "#!/bin/sh\necho \"$1\" >" + given + ".new && mv " + given + ".new " + given + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(browser), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	s := serveDeck(t, "First\n===\n", "--open")
	var address []byte
	for deadline := time.Now().Add(20 * time.Second); address == nil; time.Sleep(time.Millisecond) {
		if address, _ = os.ReadFile(given); address == nil && time.Now().After(deadline) {
			t.Fatal("no browser was opened")
		}
	}
	if strings.Contains(string(address), s.url.Query().Get("token")) {
		t.Error("the token itself is on a command line")
	}
	for i, want := range []int{http.StatusOK, http.StatusForbidden} {
		r, err := http.Get(strings.TrimSpace(string(address)))
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("visit %d of %s: %s", i+1, address, r.Status)
		}
	}
}
