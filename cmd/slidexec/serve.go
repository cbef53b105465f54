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

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/html/server"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/talk"
)

// serveJob is one `slidexec serve`.
type serveJob struct {
	*app
	deck   string
	listen string
	port   int
	token  string
	open   bool
	all    bool
	shown  bool // the deck was shown at least once
}

// tokenVariable passes the token without showing it in the list of processes.
const tokenVariable = "SLIDEXEC_TOKEN"

func newServe(a *app) *cobra.Command {
	j := &serveJob{app: a}
	cmd := &cobra.Command{
		Use:   "serve DECK",
		Short: "show the slides in the browser while you write and give the talk",
		Long: "Serve prints an address for the browser. When you save the deck, every window shows the change at once and stays at\n" +
			"its slide. Programs run when you start them on their slide; their output appears as they print it.\n\n" +
			"The address holds a token: anyone who has it can run the deck's programs, in their sandbox. If you restart the\n" +
			"server, open windows find it when it has the same --port and the same token. Give the token with --token or in\n" +
			"the variable " + tokenVariable + ".",
		Example: "  slidexec serve talk.md --open\n  slidexec serve talk.md --port 8000 --run",
		Args:    exactArgs(1, "one deck"),
		RunE: func(cmd *cobra.Command, args []string) error {
			j.deck = args[0]
			return j.start(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&j.open, "open", false, "open the address in a browser")
	f.IntVar(&j.port, "port", 0, "`PORT` to listen on; 0 picks a free one")
	f.StringVar(&j.listen, "listen", "127.0.0.1", "`ADDRESS` to listen on; other machines reach the talk only if this is not a loopback address")
	f.StringVar(&j.token, "token", "", "`TOKEN` to use instead of a new one, at least 24 characters")
	f.BoolVar(&j.all, "run", false, "run every program at the start and whenever it changes, not only those that the deck marks")
	a.addRunFlags(cmd)
	return cmd
}

func (j *serveJob) start(ctx context.Context) error {
	if j.deck == "-" {
		return usageError{errors.New("serve needs a file: standard input cannot change")}
	}
	if j.port < 0 || j.port > 65535 {
		return usageError{fmt.Errorf("--port %d: give 0 to 65535", j.port)}
	}
	if j.token == "" {
		j.token = os.Getenv(tokenVariable)
	}
	if j.token == "" {
		j.token = rand.Text()
	}
	if len(j.token) < server.MinToken {
		return usageError{fmt.Errorf("the token has %s: somebody could guess a token of less than %d", text.Count(len(j.token), "character"), server.MinToken)}
	}
	o, err := j.options(j.deck)
	if err != nil {
		return err
	}
	l, err := j.bind()
	if err != nil {
		return err
	}
	defer l.Close() // a second time if Serve has closed it
	due := live.Auto
	if j.all {
		due = live.All
	}
	t, err := talk.Follow(ctx, o, due)
	if err != nil {
		return err
	}
	return errors.Join(j.serve(ctx, l, t), t.Close())
}

// bind listens on the address of the flags.
func (j *serveJob) bind() (net.Listener, error) {
	host := strings.Trim(j.listen, "[]")
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(j.port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("another program uses port %d; --port 0 picks a free one", j.port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this user may not listen on port %d; --port 0 picks a port that works", j.port)
	case err != nil:
		if inner, ok := errors.AsType[*net.DNSError](err); ok {
			return nil, fmt.Errorf("listen on %s: no address of this machine has that name (%s)", text.Name(j.listen), inner.Err)
		}
		if inner, ok := errors.AsType[*net.OpError](err); ok { // its text would repeat the operation and the address
			err = inner.Err
		}
		return nil, fmt.Errorf("listen on %s: %w", text.Name(j.listen), err)
	}
	return l, nil
}

// serve shows the talk until ctx or the talk ends. It waits for everything it has started.
func (j *serveJob) serve(ctx context.Context, l net.Listener, talk *live.Talk) error {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	s := &server.Server{Token: j.token, Control: talk, Name: j.deck, Hosts: j.names()}
	told, shown := talk.Events(ctx), talk.Events(ctx)
	work.Go(func() {
		for e := range told {
			j.tell(e)
		}
	})
	work.Go(func() {
		defer stop()
		_ = s.Follow(ctx, shown) // the end of the talk or of ctx is no error here
	})
	if err := j.print(j.address(l, j.token)); err != nil {
		j.ui.say("cannot print the address: %v", err)
	}
	if j.open {
		j.browse(j.address(l, s.Pass()))
	}
	return s.Serve(ctx, l)
}

// tell also prints the deck's mistakes on the terminal, where its author sees them.
func (j *serveJob) tell(e slides.Event) {
	switch e := e.(type) {
	case slides.Loaded:
		j.shown = true
		j.ui.diags(e.Deck.Diags)
	case slides.Broken:
		j.ui.diags(e.Diags)
		until := "waiting for the next save"
		if j.shown {
			until = "the slides stay as they were"
		}
		j.ui.say("cannot show %s; %s", j.deck, until)
	}
}

// names returns the host names that visitors from other machines may use.
func (j *serveJob) names() []string {
	names := []string{strings.ToLower(j.listen)}
	if name, err := os.Hostname(); err == nil {
		name = strings.ToLower(name)
		names = append(names, name, name+".local")
	}
	return names
}

// address returns the URL to open in a browser.
func (j *serveJob) address(l net.Listener, token string) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		panic("serve: a listener without an address")
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		j.ui.say("anyone who sees this address can run the deck's programs: HTTP is not encrypted")
		if ip.IsUnspecified() {
			host = outward()
		}
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

func (j *serveJob) browse(address string) {
	for _, o := range openers {
		if _, err := exec.LookPath(o[0]); err != nil {
			continue
		}
		cmd := exec.Command(o[0], append(o[1:], address)...)
		if err := cmd.Start(); err != nil {
			j.ui.say("open a browser: %v", err)
			return
		}
		go func() { _ = cmd.Wait() }() // the browser's status does not matter; it may outlive this program
		return
	}
	j.ui.say("found no program that opens a browser; open the address yourself")
}
