package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/slidexec/slidexec/internal/qr"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/html/server"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/stage"
)

// web shows a talk in browsers, for `slidexec serve` and `slidexec present --serve`.
type web struct {
	*app
	name   string // of the deck
	listen string
	port   int
	token  string
	public string
	open   bool
	codes  bool
	server *server.Server // after begin
}

// tokenVariable passes the token without showing it in the list of processes.
const tokenVariable = "SLIDEXEC_TOKEN"

// webFlags are the names of the flags about the address.
var webFlags = []string{"open", "port", "listen", "token", "public-url", "qr"}

// flags adds the flags about the address.
func (w *web) flags(f *pflag.FlagSet) {
	f.BoolVar(&w.open, "open", false, "open the address in a browser")
	f.IntVar(&w.port, "port", 0, "`PORT` to listen on; 0 picks a free one")
	f.StringVar(&w.listen, "listen", "127.0.0.1", "`ADDRESS` to listen on; other machines reach the talk only if this is not a loopback address")
	f.StringVar(&w.token, "token", "", "`TOKEN` to use instead of a new one, at least 24 characters")
	f.StringVar(&w.public, "public-url", "", "`URL` at which visitors reach this server, if a tunnel or a proxy passes their requests on")
	f.BoolVar(&w.codes, "qr", false, "print the addresses for a phone and for the audience, on a terminal also as QR codes")
}

// begin checks the flags and listens.
func (w *web) begin() (net.Listener, error) {
	if w.port < 0 || w.port > 65535 {
		return nil, usageError{fmt.Errorf("--port %d: give 0 to 65535", w.port)}
	}
	if w.token == "" {
		w.token = os.Getenv(tokenVariable)
	}
	if w.token == "" {
		w.token = rand.Text()
	}
	if len(w.token) < server.MinToken {
		return nil, usageError{fmt.Errorf("the token has %s: somebody could guess a token of less than %d", text.Count(len(w.token), "character"), server.MinToken)}
	}
	public, err := publicURL(w.public)
	if err != nil {
		return nil, usageError{err}
	}
	l, err := w.bind()
	if err != nil {
		return nil, err
	}
	w.server = &server.Server{Token: w.token, Name: w.name, Hosts: w.names(), Base: w.base(l), Public: public}
	return l, nil
}

// publicURL reads the address of --public-url; "" gives nil.
func publicURL(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("--public-url %s: give a URL such as https://talk.example.com", text.Name(s))
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, fmt.Errorf("--public-url %s: give the scheme and the host alone; slidexec adds the rest", text.Name(s))
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// bind listens on the address of the flags.
func (w *web) bind() (net.Listener, error) {
	host := strings.Trim(w.listen, "[]")
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(w.port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program uses port %d; --port 0 picks a free one", w.port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on port %d; --port 0 picks a port that works", w.port)
	case err != nil:
		if inner, ok := errors.AsType[*net.DNSError](err); ok {
			return nil, fmt.Errorf("listen on %s: no address of this machine has that name (%s)", text.Name(w.listen), inner.Err)
		}
		if inner, ok := errors.AsType[*net.OpError](err); ok { // its text would repeat the operation and the address
			err = inner.Err
		}
		return nil, fmt.Errorf("listen on %s: %w", text.Name(w.listen), err)
	}
	return l, nil
}

// serve shows the talk until ctx or the talk ends, and waits for everything that it has started. The windows
// share the stage of a hall; nil: there are no other front ends.
func (w *web) serve(ctx context.Context, l net.Listener, talk *live.Talk, hall *stage.Hall) error {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	s := w.server
	s.Control, s.Editor, s.Hall = talk, talk, hall
	shown := talk.Events(ctx)
	work.Go(func() {
		defer stop()
		_ = s.Follow(ctx, shown) // the end of the talk or of ctx is no error here
	})
	if w.open {
		w.browse(w.base(l) + "/?" + url.Values{"token": {s.Pass()}}.Encode())
	}
	return s.Serve(ctx, l)
}

// announce prints the address for browsers. If others can read it on the network, announce says so, and
// prints the addresses that the speaker may give away.
func (w *web) announce(l net.Listener) {
	links := w.server.Links()
	ip := addressOf(l)
	reached := w.server.Public != nil || ip == nil || !ip.IsLoopback()
	if reached {
		what := "HTTP is not encrypted"
		if w.server.Public != nil && w.server.Public.Scheme == "https" {
			what = "keep it to yourself"
		}
		w.ui.say("anyone who sees this address can run the deck's programs: %s", what)
	}
	if err := w.print(links[0].URL); err != nil {
		w.ui.say("cannot print the address: %v", err)
	}
	if !reached && !w.codes {
		return
	}
	for _, l := range links[1:] {
		w.ui.say("to %s: %s", l.Does, l.URL)
		if code, err := qr.New(l.URL); w.codes && err == nil {
			w.ui.code(code)
		}
	}
}

// addressOf returns the address of a listener, nil if it has none.
func addressOf(l net.Listener) net.IP {
	host, _, _ := net.SplitHostPort(l.Addr().String())
	return net.ParseIP(host)
}

// names returns the host names that visitors from other machines may use.
func (w *web) names() []string {
	names := []string{strings.ToLower(w.listen)}
	if name, err := os.Hostname(); err == nil {
		name = strings.ToLower(name)
		names = append(names, name, name+".local")
	}
	return names
}

// base returns the address of the server, without a path.
func (w *web) base(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		panic("serve: a listener without an address")
	}
	if addressOf(l).IsUnspecified() {
		host = outward()
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port)}
	return u.String()
}

// outward returns an address at which other machines reach this one.
func outward() string {
	addrs, _ := net.InterfaceAddrs() // on an error, the loopback address serves
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}

// openers are programs that open an address in the user's browser. The first one found is used.
var openers = [][]string{{"xdg-open"}, {"wslview"}, {"open"}, {"gio", "open"}}

func (w *web) browse(address string) {
	for _, o := range openers {
		if _, err := exec.LookPath(o[0]); err != nil {
			continue
		}
		cmd := exec.Command(o[0], append(o[1:], address)...)
		if err := cmd.Start(); err != nil {
			w.ui.say("open a browser: %v", err)
			return
		}
		go func() { _ = cmd.Wait() }() // the browser's status does not matter; it may outlive this program
		return
	}
	w.ui.say("found no program that opens a browser; open the address yourself")
}
