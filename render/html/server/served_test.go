package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
)

const ticket = "0123456789abcdef01234567"

// served is a server of a talk that the test makes up, and a browser that has been let in.
type served struct {
	t      testing.TB
	srv    *Server
	url    string
	events chan slides.Event
	client *http.Client
	prefix string      // of the role whose events listen opens
	asked  chan string // what Control and Editor were asked for
	edited map[slides.Key]int
	end    func()
}

func (s *served) Run(keys ...slides.Key)  { s.asked <- "run " + joined(keys) }
func (s *served) Stop(keys ...slides.Key) { s.asked <- "stop " + joined(keys) }

func (s *served) Type(key slides.Key, in slides.Input) {
	said, err := json.Marshal(in)
	if err != nil {
		s.t.Error(err)
	}
	s.asked <- fmt.Sprintf("type %s %s", key, said)
}

func (s *served) Source(key slides.Key) (string, int, error) {
	if key == "key-fixed" {
		return "", 0, errors.New("it stands in a list")
	}
	return "the lines of " + string(key) + "\n", s.edited[key], nil
}

func (s *served) Edit(key slides.Key, edit int, code string, run bool) (int, error) {
	s.asked <- fmt.Sprintf("edit %s %d %q %t", key, edit, code, run)
	if strings.Contains(code, "wrong") {
		return 0, errors.New("this would end its block")
	}
	s.edited = map[slides.Key]int{key: 7}
	return 7, nil
}

func (s *served) Undo(edit int) error {
	s.asked <- fmt.Sprintf("undo %d", edit)
	s.edited = nil
	return nil
}

func (s *served) Save(edit int) error {
	s.asked <- fmt.Sprintf("save %d", edit)
	s.edited = nil
	return nil
}

func (s *served) Edits() map[slides.Key]int { return s.edited }

func joined(keys []slides.Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, string(k))
	}
	return strings.Join(out, " ")
}

func serve(t testing.TB, options ...func(*Server)) *served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveOn(t, l, options...)
}

func serveOn(t testing.TB, l net.Listener, options ...func(*Server)) *served {
	t.Helper()
	s := &served{t: t, events: make(chan slides.Event), asked: make(chan string, 16)}
	s.srv = &Server{Backend: &html.Backend{Now: clock}, Token: ticket, Control: s, Editor: s, Hosts: []string{"stage.example"}, Name: "talk.md"}
	for _, o := range options {
		o(s.srv)
	}
	s.url = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- s.srv.Follow(ctx, s.events) }()
	go func() { ended <- s.srv.Serve(ctx, l) }()
	s.end = sync.OnceFunc(func() {
		cancel()
		<-ended
		<-ended
	})
	t.Cleanup(s.end)
	jar, _ := cookiejar.New(nil) // never fails
	s.client = &http.Client{Jar: jar, Transport: &http.Transport{}}
	t.Cleanup(s.client.CloseIdleConnections)
	return s
}

// with starts a server that has a deck and lets the browser in. It returns the page.
func with(t testing.TB, v *render.View) (*served, string) {
	t.Helper()
	s := serve(t)
	s.load(v)
	return s, s.get("/?token=" + ticket)
}

// load sends a deck and its results.
func (s *served) load(v *render.View) {
	s.events <- slides.Loaded{Deck: v.Deck}
	for _, sn := range v.Deck.Snippets {
		if r, ok := v.Results[sn.Key]; ok {
			s.events <- slides.Ran{Key: sn.Key, Result: r}
		}
	}
}

func (s *served) get(path string) string {
	s.t.Helper()
	r, err := s.client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s %v\n%.300s", path, r.Status, err, body)
	}
	return string(body)
}

// post sends what a page of the server would.
func (s *served) post(path, body string) int {
	s.t.Helper()
	req, err := http.NewRequest("POST", s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Origin", s.url)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Content-Type", "application/json")
	r, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	return r.StatusCode
}

// event is a message as a window gets it.
type event struct{ id, name, data string }

func (e event) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(e.data), v); err != nil {
		t.Fatalf("%s: %v in %s", e.name, err, e.data)
	}
}

// listen opens the stream of events. It ends with the test or the returned function.
func (s *served) listen(since string) (<-chan event, func()) {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", s.url+s.prefix+"/events?since="+since, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		s.t.Fatalf("events: %s", r.Status)
	}
	out := make(chan event, 1000)
	go func() {
		defer close(out)
		defer r.Body.Close()
		lines := bufio.NewReader(r.Body)
		var e event
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					out <- e
				}
				e = event{}
			}
		}
	}()
	return out, cancel
}

// want returns the next event, which has to be of a name.
func (s *served) want(events <-chan event, name string) event {
	s.t.Helper()
	select {
	case e, ok := <-events:
		if !ok || e.name != name {
			s.t.Fatalf("got event %q %.200s, want %s", e.name, e.data, name)
		}
		return e
	case <-time.After(20 * time.Second):
		s.t.Fatalf("no event, want %s", name)
	}
	return event{}
}

func stateOf(page string) string { return between(page, `name="slidexec-state" content="`, `"`) }
