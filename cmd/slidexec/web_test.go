package main

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/qr"
	"github.com/slidexec/slidexec/render/html/server"
)

// TestPublicURL: an address of a tunnel is a scheme and a host, and what else is given gets an answer.
func TestPublicURL(t *testing.T) {
	for _, tt := range []struct{ url, want, err string }{
		{"", "", ""},
		{"https://Talk.example.com", "https://talk.example.com", ""},
		{"https://talk.example.com/", "https://talk.example.com", ""},
		{"http://talk.example.com:8080", "http://talk.example.com:8080", ""},
		{"talk.example.com", "", "give a URL such as"},
		{"ftp://talk.example.com", "", "give a URL such as"},
		{"https://", "", "give a URL such as"},
		{"https://talk example", "", "give a URL such as"},
		{"https://talk.example.com/slides", "", "the scheme and the host alone"},
		{"https://talk.example.com?x=1", "", "the scheme and the host alone"},
		{"https://me:secret@talk.example.com", "", "the scheme and the host alone"},
	} {
		u, err := publicURL(tt.url)
		got := ""
		if u != nil {
			got = u.String()
		}
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("publicURL(%q) = %q, %v; want %q, an error with %q", tt.url, got, err, tt.want, tt.err)
		}
	}
}

// TestAnnounce: standard output has the speaker's address alone; the others are printed where somebody
// else could use them, or when asked for. A log gets no QR code.
func TestAnnounce(t *testing.T) {
	for _, tt := range []struct {
		name    string
		set     func(*web)
		address string
		says    []string
		codes   bool
	}{
		{"this machine", func(*web) {}, "http://127.0.0.1:", nil, false},
		{"this machine, with codes", func(w *web) { w.codes, w.ui.tty = true, true }, "http://127.0.0.1:", []string{"phone: http://127.0.0.1:", "/follow/?token="}, true},
		{"codes in a log", func(w *web) { w.codes = true }, "http://127.0.0.1:", []string{"/remote/?token=", "/follow/?token="}, false},
		{"a tunnel", func(w *web) { w.public = "https://talk.example.com" }, "https://talk.example.com/?token=", []string{"keep it to yourself", "phone: https://talk.example.com/remote/?token=", "without any control: https://talk.example.com/follow/?token="}, false},
		{"a tunnel without encryption", func(w *web) { w.public = "http://talk.example.com" }, "http://talk.example.com/?token=", []string{"not encrypted", "/follow/?token="}, false},
		{"every machine", func(w *web) { w.listen = "0.0.0.0" }, "http://", []string{"not encrypted", "/remote/?token="}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, said bytes.Buffer
			w := &web{app: &app{out: &out, ui: &ui{w: &said}}, name: "talk.md", listen: "127.0.0.1"}
			tt.set(w)
			l, err := w.begin()
			if err != nil {
				t.Fatal(err)
			}
			defer func(l net.Listener) { _ = l.Close() }(l) // nobody uses it
			w.announce(l)
			if !strings.HasPrefix(out.String(), tt.address) || strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), "/?token="+w.token) {
				t.Errorf("it prints %q", &out)
			}
			for _, want := range tt.says {
				if !strings.Contains(said.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, &said)
				}
			}
			if len(tt.says) == 0 && said.Len() > 0 || strings.Contains(said.String(), w.token) {
				t.Errorf("it says\n%s", &said)
			}
			if codes := strings.Contains(said.String(), "\x1b["+qr.Style+"m"); codes != tt.codes {
				t.Errorf("QR codes: %t", codes)
			}
		})
	}
}

// TestPublicURLFlag: a bad address is the user's mistake.
func TestPublicURLFlag(t *testing.T) {
	var said bytes.Buffer
	if code := runMain(context.Background(), []string{"serve", "talk.md", "--public-url", "nowhere"}, &app{in: strings.NewReader(""), out: &said, ui: &ui{w: &said}}); code != exitUsage || !strings.Contains(said.String(), "--public-url") {
		t.Errorf("status %d: %s", code, &said)
	}
}

// TestFollowed: the address on the audience's screen does not have the token with which people run programs.
func TestFollowed(t *testing.T) {
	s := &server.Server{Token: strings.Repeat("secret", 8), Base: "http://127.0.0.1:8000"}
	got := followed(s.Links()).URL
	if !strings.HasPrefix(got, "http://127.0.0.1:8000/follow/?token=") || strings.Contains(got, s.Token) {
		t.Errorf("the audience sees %s", got)
	}
}
