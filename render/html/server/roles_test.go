package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// briefly returns a context for requests that would not end by themselves.
func briefly(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), 50*time.Millisecond)
}

// TestRoles: each role reaches its own requests and no other's, whatever token or cookie it shows.
func TestRoles(t *testing.T) {
	s, _ := with(t, three("Two"))
	bodies := map[string]string{"POST stage": `{}`, "POST run": `{}`, "POST stop": `{}`, "POST type": `{"key":"key-who","inputs":[{"key":"a"}]}`}
	ask := func(ro *role, method, path string) int {
		body := bodies[method+" "+path[strings.LastIndex(path, "/")+1:]]
		r := httptest.NewRequest(method, "http://127.0.0.1:4000"+path, strings.NewReader(body))
		r.AddCookie(&http.Cookie{Name: s.srv.cookie(ro), Value: s.srv.token(ro)})
		if method == "POST" {
			r.Header.Set("Origin", "http://127.0.0.1:4000")
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		ctx, cancel := briefly(r)
		defer cancel()
		s.srv.Handler().ServeHTTP(w, r.WithContext(ctx))
		return w.Code
	}
	for _, visitor := range roles {
		for _, at := range roles {
			for _, request := range presenting.requests { // it has them all
				method, name, _ := strings.Cut(request, " ")
				code := ask(visitor, method, at.path+name)
				may := visitor == presenting || visitor == at
				has := strings.Contains(" "+strings.Join(at.requests, " ")+" ", " "+request+" ")
				switch {
				case !may && code != http.StatusForbidden:
					t.Errorf("%s asks for %s%s: %d", visitor.name, at.path, name, code)
				case may && !has && code != http.StatusNotFound:
					t.Errorf("%s asks for %s%s, which %s does not have: %d", visitor.name, at.path, name, at.name, code)
				case may && has && (code == http.StatusForbidden || code == http.StatusNotFound):
					t.Errorf("%s asks for %s%s: %d", visitor.name, at.path, name, code)
				}
			}
		}
	}
}

// TestRequests: the first role has all requests, and the crowd has none that changes or tells something
// that is not on the slides.
func TestRequests(t *testing.T) {
	all := " " + strings.Join(presenting.requests, " ") + " "
	for _, ro := range roles {
		for _, request := range ro.requests {
			if !strings.Contains(all, " "+request+" ") {
				t.Errorf("only %s has %s", ro.name, request)
			}
		}
	}
	if got := strings.Join(following.requests, ", "); got != "GET events, GET missed" {
		t.Errorf("followers may %s", got)
	}
	if strings.Contains(strings.Join(remote.requests, " "), "type") {
		t.Error("a remote types into programs")
	}
}

// TestTokens: the tokens of the roles differ, stay, and are for a cookie of their own.
func TestTokens(t *testing.T) {
	s, again, other := &Server{Token: ticket}, &Server{Token: ticket}, &Server{Token: ticket + "x"}
	seen := map[string]bool{}
	for _, ro := range roles {
		tok := s.token(ro)
		if tok != again.token(ro) || tok == other.token(ro) || seen[tok] || seen[s.cookie(ro)] {
			t.Errorf("the token of %s is %q", ro.name, tok)
		}
		seen[tok], seen[s.cookie(ro)] = true, true
	}
	if got := s.token(following); len(got) != 16 || strings.Contains(ticket, got) {
		t.Errorf("followers type %q", got)
	}
}

// TestWelcome: where the browser brings the cookie along, the token leaves the address.
func TestWelcome(t *testing.T) {
	s, _ := with(t, three("Two"))
	for _, tt := range []struct {
		name, path string
		role       *role
		site       string
		to         string
		cookie     string // attributes
	}{
		{"typed", "/", presenting, "none", "/", "Path=/; HttpOnly; SameSite=Strict"},
		{"the desk", "/speaker", presenting, "none", "/speaker", "Path=/; HttpOnly; SameSite=Strict"},
		{"link on another site", "/", presenting, "cross-site", "", "Path=/; HttpOnly; SameSite=Strict"},
		{"a program", "/", presenting, "", "", "Path=/; HttpOnly; SameSite=Strict"},
		{"a phone on the network", "/follow/", following, "", "/follow/", "Path=/follow/; HttpOnly; SameSite=Lax"},
		{"a link in a chat", "/follow/", following, "cross-site", "/follow/", "Path=/follow/; HttpOnly; SameSite=Lax"},
		{"a remote", "/remote/", remote, "none", "/remote/", "Path=/remote/; HttpOnly; SameSite=Strict"},
		{"another path", "//evil.example/", presenting, "none", "", ""},
		{"events", "/events", presenting, "none", "", "Path=/; HttpOnly; SameSite=Strict"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://127.0.0.1:4000/", nil)
			r.URL.Path, r.URL.RawQuery = tt.path, "token="+s.srv.token(tt.role)
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
				r.Header.Set("Sec-Fetch-Mode", "navigate")
				r.Header.Set("Sec-Fetch-Dest", "document")
			}
			ctx, cancel := briefly(r)
			defer cancel()
			w := httptest.NewRecorder()
			s.srv.guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r.WithContext(ctx))
			if to := w.Header().Get("Location"); to != tt.to || (to != "") != (w.Code == http.StatusSeeOther) {
				t.Errorf("status %d, to %q, want %q", w.Code, to, tt.to)
			}
			if c := w.Header().Get("Set-Cookie"); tt.cookie != "" && !strings.HasSuffix(c, tt.cookie) {
				t.Errorf("the cookie is %s", c)
			}
		})
	}
}

// TestPublic: pages of the public address are this server's, also behind a tunnel that changes the Host,
// and their cookies stay encrypted.
func TestPublic(t *testing.T) {
	public, err := url.Parse("https://talk.example.app")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, host, origin string
		public             *url.URL
		want               int
	}{
		{"its name", "talk.example.app", "https://talk.example.app", public, 204},
		{"with a port", "talk.example.app:443", "https://talk.example.app", public, 204},
		{"a tunnel that changes the Host", "localhost:4000", "https://talk.example.app", public, 204},
		{"another name", "evil.example", "https://evil.example", public, 421},
		{"another origin", "talk.example.app", "https://evil.example", public, 403},
		{"the origin without encryption", "localhost:4000", "http://talk.example.app", public, 403},
		{"no public address", "talk.example.app", "https://talk.example.app", nil, 421},
		{"no public address, a tunnel", "localhost:4000", "https://talk.example.app", nil, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(s *Server) { s.Public = tt.public })
			s.load(three("Two"))
			r := httptest.NewRequest("POST", "http://"+tt.host+"/run", strings.NewReader("{}"))
			r.AddCookie(&http.Cookie{Name: s.srv.cookie(presenting), Value: ticket})
			r.Header.Set("Origin", tt.origin)
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.srv.Handler().ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
			if w.Code == http.StatusMisdirectedRequest && !strings.Contains(w.Body.String(), "--public-url") {
				t.Errorf("it says %q", w.Body)
			}
			g := httptest.NewRequest("GET", "http://"+tt.host+"/?token="+ticket, nil)
			w = httptest.NewRecorder()
			s.srv.Handler().ServeHTTP(w, g)
			if secure := strings.Contains(w.Header().Get("Set-Cookie"), "; Secure"); secure != (tt.public != nil && strings.HasPrefix(tt.host, "talk.")) {
				t.Errorf("the cookie is %s", w.Header().Get("Set-Cookie"))
			}
		})
	}
}

// TestLinks: a visitor gets the addresses of lesser roles, and these work.
func TestLinks(t *testing.T) {
	public, err := url.Parse("https://talk.example.app")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, from string
		options    func(*Server)
		want       []string
		near       bool
	}{
		{"from the desk", "/links", func(s *Server) { s.Base = "http://192.168.1.5:8000" }, []string{"remote http://192.168.1.5:8000/remote/", "follow http://192.168.1.5:8000/follow/"}, false},
		{"from a phone", "/remote/links", func(s *Server) { s.Base = "http://192.168.1.5:8000" }, []string{"follow http://192.168.1.5:8000/follow/"}, false},
		{"a tunnel", "/links", func(s *Server) { s.Base, s.Public = "http://192.168.1.5:8000", public }, []string{"remote https://talk.example.app/remote/", "follow https://talk.example.app/follow/"}, false},
		{"this machine alone", "/links", func(s *Server) { s.Base = "http://127.0.0.1:8000" }, []string{"remote http://127.0.0.1:8000/remote/", "follow http://127.0.0.1:8000/follow/"}, true},
		{"this machine alone, by name", "/remote/links", func(s *Server) { s.Base = "http://localhost:8000" }, []string{"follow http://localhost:8000/follow/"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.options)
			s.load(three("Two"))
			s.get("/?token=" + ticket)
			var all []drawnLink
			if err := json.Unmarshal([]byte(s.get(tt.from)), &all); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range all {
				at, query, _ := strings.Cut(l.URL, "?token=")
				got = append(got, l.Role+" "+at)
				if l.Near != tt.near || l.Size < 21 || !strings.HasPrefix(l.Path, "M4 4h7v1H4z") || l.Does == "" {
					t.Errorf("%+v", l)
				}
				if page := s.get("/" + l.Role + "/?token=" + query); !strings.Contains(page, `content="`+l.Role+`"`) {
					t.Errorf("the address of %s opens another page", l.Role)
				}
			}
			if strings.Join(got, ", ") != strings.Join(tt.want, ", ") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestCrowd: followers get what changes on the slides, but not the mistakes of the author, and miss
// nothing by it.
func TestCrowd(t *testing.T) {
	s, _ := with(t, three("Two"))
	s.get("/follow/?token=" + s.srv.token(following))
	page := s.get("/follow/")
	for _, never := range []string{`<aside id="broken"`, "slidexec-desk"} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %s", never)
		}
	}
	s.prefix = "/follow"
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	s.events <- slides.Broken{Diags: slides.Diags{{Msg: "the author's secret"}}}
	if e := s.want(events, "mended"); strings.Contains(e.data, "secret") || e.id == "" {
		t.Errorf("the audience is told %+v", e)
	}
	missed := s.get("/follow/missed?since=" + stateOf(page))
	if strings.Contains(missed, "secret") || !strings.Contains(missed, `"broken":null`) || !strings.Contains(missed, `"name":"mended"`) {
		t.Errorf("a follower who comes late is told %s", missed)
	}
	if all := s.get("/missed?since=" + stateOf(page)); !strings.Contains(all, "secret") {
		t.Errorf("the speaker is told %s", all)
	}
	s.load(three("Two, edited"))
	if e := s.want(events, "slides"); !strings.Contains(e.data, "edited") {
		t.Errorf("the edit comes as %s", e.data)
	}
	s.want(events, "mended")
	s.post("/stage", `{"slide":1,"pointer":[0.1,0.1]}`)
	s.post("/stage", `{"slide":2,"pointer":[0.2,0.2]}`)
	for {
		if e := s.want(events, "stage"); strings.Contains(e.data, `"slide":2`) {
			break
		}
	}
}

// TestTogether: messages that come at once are one piece; of states the last one counts, and parts of a state
// stay in order.
func TestTogether(t *testing.T) {
	all := []*message{newMessage(1, "output", "a"), newState("stage", 1), newMessage(0, "ink", "i"), newMessage(2, "broken", "b"), newState("stage", 2), newMessage(0, "ink", "j")}
	want := "id: x.1\nevent: output\ndata: \"a\"\n\nevent: ink\ndata: \"i\"\n\nid: x.2\nevent: mended\ndata: {}\n\nevent: ink\ndata: \"j\"\n\n"
	events, states := together(all, "x")
	if string(events) != want || len(states) != 1 || string(states[0].data) != "2" {
		t.Errorf("got %q and %v, want %q", events, states, want)
	}
}

// TestLatestState: a window that reads slowly gets the latest of each state, where the first of them was said.
func TestLatestState(t *testing.T) {
	h := hub{boot: "x", windows: map[*window]bool{}, crowd: newCrowd()}
	w := newWindow()
	h.windows[w] = true
	reads := func(want ...string) {
		t.Helper()
		for _, want := range want {
			if got := string(w.next(<-w.out, "x")); got != want {
				t.Errorf("the window reads %q, want %q", got, want)
			}
		}
	}
	h.tell("slides", "s")
	for i := range 10 * queue {
		h.mention("stage", i)
		h.mention("edits", -i)
	}
	h.tell("slides", "t")
	if !h.windows[w] {
		t.Fatal("states made a slow window fall behind")
	}
	states := fmt.Sprintf("event: stage\ndata: %d\n\nevent: edits\ndata: %d\n\n", 10*queue-1, 1-10*queue)
	reads("id: x.1\nevent: slides\ndata: \"s\"\n\n", states, "id: x.2\nevent: slides\ndata: \"t\"\n\n")
	for range queue {
		h.pass("ink", 0)
	}
	h.mention("stage", "full")
	if !h.windows[w] {
		t.Fatal("a state made a window fall behind")
	}
	const ink = "event: ink\ndata: 0\n\n"
	reads(slices.Repeat([]string{ink}, queue-1)...)
	reads(ink + "event: stage\ndata: \"full\"\n\n")
	h.mention("stage", "last")
	reads("event: stage\ndata: \"last\"\n\n")
}

// TestCrowdHasItsOwnPlaces: however many follow, the speaker finds a place, and nobody else's window
// closes.
func TestCrowdHasItsOwnPlaces(t *testing.T) {
	d := &door{Listener: &pipes{from: "10.0.0.1:1"}}
	enter := func(as class) (*visit, bool) {
		c, err := d.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c.(*visit), d.admit(c.(*visit), as)
	}
	first, _ := enter(guest)
	for range maxCrowd {
		if _, ok := enter(inCrowd); !ok {
			t.Fatal("there is no place in the crowd")
		}
	}
	if _, ok := enter(inCrowd); ok {
		t.Error("the crowd has no end")
	}
	if _, ok := enter(guest); !ok || len(d.guests) != 2 || d.guests[0] != first {
		t.Errorf("the crowd took a place: %d guests", len(d.guests))
	}
	if !d.admit(d.crowd[0], onDesk) || len(d.guests) != 3 || len(d.crowd) != maxCrowd-1 {
		t.Error("a connection that shows more does not get more")
	}
	if !d.admit(d.guests[2], inCrowd) || len(d.crowd) != maxCrowd-1 {
		t.Error("a guest who looks at the audience's page loses the place")
	}
	c := newCrowd()
	for range maxFollowers {
		if !c.seat(newWindow()) {
			t.Fatal("there is no seat")
		}
	}
	if c.seat(&window{}) {
		t.Error("there is no end to the seats")
	}
}

// TestBurst: a hall that opens the address at once gets the page. Nobody keeps more connections waiting
// than there are places for strangers.
func TestBurst(t *testing.T) {
	s, _ := with(t, three("Two"))
	var bad atomic.Int32
	var wg sync.WaitGroup
	for range maxStrangers - 16 {
		wg.Go(func() {
			jar, _ := cookiejar.New(nil)
			c := &http.Client{Jar: jar, Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			r, err := c.Get(s.url + "/follow/?token=" + s.srv.token(following))
			if err != nil {
				bad.Add(1)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			r.Body.Close()
			if r.StatusCode != 200 {
				bad.Add(1)
			}
		})
	}
	wg.Wait()
	if n := bad.Load(); n > 0 {
		t.Errorf("%d phones of %d got no page", n, maxStrangers-16)
	}
}
