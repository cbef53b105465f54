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
	open   bool
}

// tokenVariable passes the token without showing it in the list of processes.
const tokenVariable = "SLIDEXEC_TOKEN"

// webFlags are the names of the flags about the address.
var webFlags = []string{"open", "port", "listen", "token"}

// flags adds the flags about the address.
func (w *web) flags(f *pflag.FlagSet) {
	f.BoolVar(&w.open, "open", false, "open the address in a browser")
	f.IntVar(&w.port, "port", 0, "`PORT` to listen on; 0 picks a free one")
	f.StringVar(&w.listen, "listen", "127.0.0.1", "`ADDRESS` to listen on; other machines reach the talk only if this is not a loopback address")
	f.StringVar(&w.token, "token", "", "`TOKEN` to use instead of a new one, at least 24 characters")
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
	return w.bind()
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
	s := &server.Server{Token: w.token, Control: talk, Name: w.name, Hosts: w.names(), Hall: hall}
	shown := talk.Events(ctx)
	work.Go(func() {
		defer stop()
		_ = s.Follow(ctx, shown) // the end of the talk or of ctx is no error here
	})
	if w.open {
		w.browse(w.address(l, s.Pass()))
	}
	return s.Serve(ctx, l)
}

// announce prints the address for browsers, and warns if others could read it on the network.
func (w *web) announce(l net.Listener) {
	if ip := addressOf(l); ip == nil || !ip.IsLoopback() {
		w.ui.say("anyone who sees this address can run the deck's programs: HTTP is not encrypted")
	}
	if err := w.print(w.address(l, w.token)); err != nil {
		w.ui.say("cannot print the address: %v", err)
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

// address returns the URL to open in a browser.
func (w *web) address(l net.Listener, token string) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		panic("serve: a listener without an address")
	}
	if addressOf(l).IsUnspecified() {
		host = outward()
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: "/", RawQuery: url.Values{"token": {token}}.Encode()}
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
