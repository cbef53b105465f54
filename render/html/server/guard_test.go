package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestGuard sends what pages on other sites, other names for this machine and strangers could.
func TestGuard(t *testing.T) {
	s, _ := with(t, three("Two"))
	const own, evil = "http://127.0.0.1:4000", "https://evil.example"
	cookie := s.srv.cookie(presenting) + "=" + ticket
	for _, tt := range []struct {
		name, method, path string
		header             string // "Name: value; …", on top of a visitor's own
		want               int
	}{
		{"the page", "GET", "/", "", 200},
		{"by name", "GET", "/", "Host: localhost:4000", 200},
		{"by a name that was given", "GET", "/", "Host: Stage.Example.", 200},
		{"by another address", "GET", "/", "Host: [fe80::1]:80", 200},
		{"through a tunnel to another port", "GET", "/", "Host: localhost:9", 200},
		{"rebound name", "GET", "/", "Host: evil.example:4000", 421},
		{"rebound name that looks like ours", "GET", "/", "Host: localhost.evil.example", 421},
		{"rebound name with a token", "GET", "/?token=" + ticket, "Host: 127.0.0.1.evil.example", 421},
		{"rebound run", "POST", "/run", "Host: evil.example|Origin: http://evil.example", 421},
		{"no host", "GET", "/", "Host: ", 421},
		{"no token", "GET", "/", "Cookie: ", 403},
		{"no token for events", "GET", "/events", "Cookie: ", 403},
		{"no token for what was missed", "GET", "/missed", "Cookie: ", 403},
		{"no token for notes", "GET", "/notes", "Cookie: ", 403},
		{"no token to run", "POST", "/run", "Cookie: ", 403},
		{"token in the address of a post", "POST", "/run?token=" + ticket, "Cookie: ", 403},
		{"token in the address", "GET", "/?token=" + ticket, "Cookie: ", 200},
		{"wrong token", "GET", "/?token=" + ticket[1:] + "0", "Cookie: ", 403},
		{"wrong token and a cookie", "GET", "/?token=x", "", 403},
		{"empty token", "GET", "/?token=", "Cookie: ", 403},
		{"part of the token", "GET", "/", "Cookie: " + s.srv.cookie(presenting) + "=" + ticket[:8], 403},
		{"cookie of another server", "GET", "/", "Cookie: slidexec-000000000000=" + ticket, 403},
		{"run", "POST", "/run", "", 204},
		{"run without saying from where", "POST", "/run", "Origin: ", 403},
		{"run from another site", "POST", "/run", "Origin: " + evil + "|Sec-Fetch-Site: cross-site", 403},
		{"run from another port", "POST", "/run", "Origin: http://127.0.0.1:4001|Sec-Fetch-Site: same-site", 403},
		{"run from a file", "POST", "/run", "Origin: null|Sec-Fetch-Site: cross-site", 403},
		{"run, origin forged by an old browser", "POST", "/run", "Origin: " + own + "|Sec-Fetch-Site: cross-site", 403},
		{"stop from another site", "POST", "/stop", "Origin: " + evil, 403},
		{"keys from another site", "POST", "/type", "Origin: " + evil, 403},
		{"no token for keys", "POST", "/type", "Cookie: ", 403},
		{"stage from another site", "POST", "/stage", "Origin: " + evil, 403},
		{"form", "POST", "/run", "Content-Type: text/plain", 415},
		{"form of another kind", "POST", "/run", "Content-Type: application/x-www-form-urlencoded", 415},
		{"run by a link", "GET", "/run", "", 405},
		{"put", "PUT", "/run", "", 405},
		{"preflight", "OPTIONS", "/run", "Origin: " + evil + "|Access-Control-Request-Method: POST", 403},
		{"events from another site", "GET", "/events", "Origin: " + evil + "|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors", 403},
		{"page as a script of another site", "GET", "/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: script", 403},
		{"page in a frame of another site", "GET", "/", "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe", 403},
		{"notes read by another port", "GET", "/notes", "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: cors", 403},
		{"link on another site", "GET", "/?token=" + ticket, "Cookie: |Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 200},
		{"address typed", "GET", "/", "Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document", 200},
		{"file beside the deck", "GET", "/talk.md", "", 404},
		{"up", "GET", "/../../etc/passwd", "", 404},
		{"up, encoded", "GET", "/%2e%2e/%2e%2e/etc/passwd", "", 404},
		{"up, encoded slash", "GET", "/..%2f..%2fetc%2fpasswd", "", 404},
		{"up, backslash", "GET", `/..%5c..%5cetc%5cpasswd`, "", 404},
		{"absolute", "GET", "//etc/passwd", "", 404},
		{"null byte", "GET", "/%00", "", 404},
		{"file address", "GET", "/file:///etc/passwd", "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, own+tt.path, strings.NewReader("{}"))
			if tt.path == "//etc/passwd" { // NewRequest takes it for a host
				r.URL.Path, r.RequestURI = tt.path, tt.path
			}
			r.Header.Set("Cookie", cookie)
			if tt.method != "GET" {
				r.Header.Set("Origin", own)
				r.Header.Set("Content-Type", "application/json")
			}
			for h := range strings.SplitSeq(tt.header, "|") {
				name, value, _ := strings.Cut(h, ": ")
				switch {
				case name == "Host":
					r.Host = value
				case value == "":
					r.Header.Del(strings.TrimSuffix(name, ":"))
				default:
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			s.srv.Handler().ServeHTTP(w, r)
			code := w.Code
			if loc := w.Header().Get("Location"); loc != "" { // a path made clean
				next := httptest.NewRequest("GET", own+loc, nil)
				next.Header.Set("Cookie", cookie)
				w = httptest.NewRecorder()
				s.srv.Handler().ServeHTTP(w, next)
				code = w.Code
			}
			if code != tt.want {
				t.Errorf("status %d, want %d: %s", code, tt.want, w.Body)
			}
			if code != 200 && (strings.Contains(w.Body.String(), "Three") || w.Header().Get("Set-Cookie") != "") {
				t.Error("a refused request gets the deck or a cookie")
			}
			if h := w.Header(); h.Get("Access-Control-Allow-Origin") != "" || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("header %v", h)
			}
		})
	}
	if len(s.asked) != 0 {
		t.Errorf("something was run: %s", <-s.asked)
	}
}

// TestCookie makes sure that scripts and other sites do not get at the token.
func TestCookie(t *testing.T) {
	s, page := with(t, three("Two"))
	r, err := http.Get(s.url + "/?token=" + ticket)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if got, want := r.Header.Get("Set-Cookie"), s.srv.cookie(presenting)+"="+ticket+"; Path=/; HttpOnly; SameSite=Strict"; got != want {
		t.Errorf("cookie %q, want %q", got, want)
	}
	if strings.Contains(page, ticket) {
		t.Error("the page holds the token")
	}
}

// TestPass makes sure that a pass lets in once, and for good who came with it.
func TestPass(t *testing.T) {
	s, _ := with(t, three("Two"))
	address := s.url + "/?token=" + s.srv.Pass()
	for i, want := range []int{http.StatusOK, http.StatusForbidden} {
		r, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("visit %d: %s", i+1, r.Status)
		}
		if c := r.Header.Get("Set-Cookie"); want == http.StatusOK && !strings.Contains(c, ticket) {
			t.Errorf("cookie %q", c)
		}
	}
}

func TestShortTokenLetsNobodyIn(t *testing.T) {
	for _, short := range []string{"", "secret"} {
		s := &Server{Token: short}
		r := httptest.NewRequest("GET", "http://localhost/?token="+short, nil)
		r.Header.Set("Cookie", s.cookie(presenting)+"="+short)
		w := httptest.NewRecorder()
		if s.Handler().ServeHTTP(w, r); w.Code != http.StatusForbidden {
			t.Errorf("token %q: status %d", short, w.Code)
		}
	}
}

// TestLimits makes sure that a request cannot be of any size, nor windows of any number.
func TestLimits(t *testing.T) {
	s, page := with(t, three("Two"))
	req, _ := http.NewRequest("GET", s.url+"/", nil) // the address is good
	req.Header.Set("X-Long", strings.Repeat("x", 2*maxHeader))
	r, err := s.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: %s", r.Status)
	}
	if got := s.post("/stage", `{"by":"`+strings.Repeat("x", 2*maxBody)+`"}`); got != http.StatusBadRequest {
		t.Errorf("a long body: %d", got)
	}
	for range maxWindow {
		events, _ := s.listen(stateOf(page))
		s.want(events, "hello")
	}
	r, err = s.client.Get(s.url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body) // the status says enough
	if r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("one window too many: %s %s", r.Status, body)
	}
}
