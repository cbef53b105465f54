package paper

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// browser is a browser that runs without windows. It speaks the DevTools protocol: JSON messages, each
// ended by a zero byte, requests on its file 3 and answers on its file 4.
type browser struct {
	path string
	bare string // what to say if the browser runs without its own sandbox
	dir  string // its profile and the page
	cmd  *exec.Cmd
	out  *os.File // requests
	in   *os.File // answers
	read *bufio.Reader
	errs tail
	last int  // number of the last request
	tab  *tab // that is not in use, if there is one
}

// flags keep the browser quiet, private and without network. Every name of a host fails to resolve, and
// what has none to resolve meets a proxy that does not exist.
var flags = []string{
	"--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--no-startup-window",
	"--disable-gpu", "--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update",
	"--disable-default-apps", "--disable-breakpad", "--disable-dev-shm-usage", "--metrics-recording-only", "--no-pings", "--mute-audio",
	"--hide-scrollbars", "--password-store=basic", "--use-mock-keychain", "--force-color-profile=srgb",
	"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
	"--user-agent=slidexec",
}

// launch starts a browser in a folder of its own. It ends with ctx.
func launch(ctx context.Context, path string) (_ *browser, err error) {
	b := &browser{path: path}
	if b.dir, err = os.MkdirTemp(tempDir(), "slidexec-print-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	theirIn, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	b.out = out
	in, theirOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirOut.Close()
	b.in, b.read = in, bufio.NewReaderSize(in, 1<<16)

	args := append([]string{"--user-data-dir=" + filepath.Join(b.dir, "profile")}, flags...)
	if os.Geteuid() == 0 { // it refuses to start with its sandbox
		args = append(args, "--no-sandbox")
		b.bare = ", without the browser's own sandbox because this is root"
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stderr, cmd.ExtraFiles, cmd.Dir = &b.errs, []*os.File{theirIn, theirOut}, b.dir
	cmd.Env = append(os.Environ(), "TMPDIR="+b.dir, "DBUS_SESSION_BUS_ADDRESS=disabled:")
	cmd.WaitDelay = time.Second
	together(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	b.cmd = cmd
	_ = theirIn.Close() // so that its end is noticed
	_ = theirOut.Close()
	b.until(time.Now().Add(startTime))
	return b, b.call("", "Browser.getVersion", nil, nil)
}

// mostTemp is the limit on the length of the folder for temporary files. The browser makes a socket in it,
// whose path has at most 104 bytes.
const mostTemp = 30

// tempDir returns the folder for temporary files, or /tmp if a socket in the former would have too long a path.
func tempDir() string {
	if dir := os.TempDir(); len(dir) <= mostTemp || runtime.GOOS == "windows" {
		return dir
	}
	return "/tmp"
}

// close ends the browser with its helpers and removes its folder.
func (b *browser) close() {
	for _, f := range []*os.File{b.out, b.in} {
		if f != nil {
			f.Close()
		}
	}
	if b.cmd != nil {
		kill(b.cmd)
		_ = b.cmd.Wait() // it was killed
	}
	for range 20 { // helpers that are about to end may still write
		if os.RemoveAll(b.dir) == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// until sets the time by which the browser has to have answered.
func (b *browser) until(t time.Time) {
	_ = b.in.SetReadDeadline(t) // pipes have deadlines
	_ = b.out.SetWriteDeadline(t)
}

// message is what the browser says: the answer to a request, or an event.
type message struct {
	ID      int             `json:"id"`
	Session string          `json:"sessionId"`
	Method  string          `json:"method"`
	Result  json.RawMessage `json:"result"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// mostAnswer is the limit on one message of the browser, which holds a whole file.
const mostAnswer = 1 << 30

// call sends a request and waits for its answer.
func (b *browser) call(session, method string, params, result any) error {
	b.last++
	req := map[string]any{"id": b.last, "method": method}
	if params != nil {
		req["params"] = params
	}
	if session != "" {
		req["sessionId"] = session
	}
	data, err := json.Marshal(req)
	if err != nil {
		return err
	}
	if _, err := b.out.Write(append(data, 0)); err != nil {
		return b.ended(err)
	}
	m, err := b.wait(session, func(m *message) bool { return m.ID == b.last })
	switch {
	case err != nil:
		return err
	case m.Error != nil:
		return fmt.Errorf("%s: %s", method, m.Error.Message)
	case result == nil:
		return nil
	}
	return json.Unmarshal(m.Result, result)
}

// wait reads messages up to the one that is awaited.
func (b *browser) wait(session string, is func(*message) bool) (*message, error) {
	for {
		data, err := readMessage(b.read, mostAnswer)
		if err != nil {
			return nil, b.ended(err)
		}
		m := &message{}
		if err := json.Unmarshal(data, m); err != nil {
			return nil, fmt.Errorf("its answer is not JSON: %w", err)
		}
		if m.Method == "Inspector.targetCrashed" && m.Session == session {
			return nil, errors.New("the page crashed the browser: the deck may be too large for the memory of this machine")
		}
		if is(m) {
			return m, nil
		}
	}
}

// readMessage reads up to a zero byte.
func readMessage(r *bufio.Reader, most int) ([]byte, error) {
	var out []byte
	for {
		part, err := r.ReadSlice(0)
		out = append(out, part...)
		switch {
		case err == nil:
			return out[:len(out)-1], nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(out) > most:
			return nil, fmt.Errorf("its answer has more than %d MB", most>>20)
		}
	}
}

// ended explains why the browser says nothing more.
func (b *browser) ended(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("it took too long and was stopped")
	}
	if b.cmd == nil {
		return err
	}
	kill(b.cmd)
	_ = b.cmd.Wait() // what it wrote is complete now
	b.cmd = nil
	why := b.errs.reason()
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE) || why != "" {
		err = errors.New("the browser ended")
	}
	if why != "" {
		err = fmt.Errorf("%w: %s", err, why)
	}
	if strings.Contains(why, "sandbox") {
		err = fmt.Errorf("%w (its sandbox needs user namespaces, which this system may forbid)", err)
	}
	return err
}

// tail keeps the end of what a program says.
type tail struct{ buf []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - 8<<10; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// reason returns the line that says why the program ended: the last one that is fatal, or else the last.
func (t *tail) reason() string {
	reason := ""
	for line := range bytes.Lines(t.buf) {
		l := strings.TrimSpace(string(line))
		if l == "" || strings.HasPrefix(l, "#") || strings.Contains(reason, ":FATAL:") {
			continue
		}
		reason = l
	}
	return reason
}

// tab is an open page.
type tab struct {
	b               *browser
	target, session string
	dark            bool
	scale           float64
}

// open opens a page at the size of a slide; scale is the number of a picture's pixels for one of the
// style sheet. The tab stays for the next page of the same kind, because making one takes longer than printing.
func (b *browser) open(address string, dark bool, scale float64) (*tab, error) {
	t := b.tab
	if t == nil || t.dark != dark || t.scale != scale {
		var err error
		if t, err = b.newTab(dark, scale); err != nil {
			return nil, err
		}
	}
	b.tab = nil // while it is in use
	var went struct{ ErrorText string }
	if err := t.call("Page.navigate", obj{"url": address}, &went); err != nil {
		return nil, err
	}
	if went.ErrorText != "" {
		return nil, fmt.Errorf("the page did not open: %s", went.ErrorText)
	}
	if _, err := t.b.wait(t.session, func(m *message) bool { return m.Session == t.session && m.Method == "Page.loadEventFired" }); err != nil {
		return nil, err
	}
	return t, t.run(script, nil)
}

// newTab makes a tab, in the place of the one that is there.
func (b *browser) newTab(dark bool, scale float64) (*tab, error) {
	if b.tab != nil {
		if err := b.call("", "Target.closeTarget", obj{"targetId": b.tab.target}, nil); err != nil {
			return nil, err
		}
	}
	t := &tab{b: b, dark: dark, scale: scale}
	var made struct{ TargetID, SessionID string }
	if err := b.call("", "Target.createTarget", obj{"url": "about:blank"}, &made); err != nil {
		return nil, err
	}
	t.target = made.TargetID
	if err := b.call("", "Target.attachToTarget", obj{"targetId": t.target, "flatten": true}, &made); err != nil {
		return nil, err
	}
	t.session = made.SessionID
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	for _, c := range []struct {
		method string
		params obj
	}{
		{"Page.enable", nil},
		{"Inspector.enable", nil},
		{"Emulation.setDeviceMetricsOverride", obj{"width": Width, "height": Height, "deviceScaleFactor": scale, "mobile": false}},
		{"Emulation.setEmulatedMedia", obj{"features": []obj{
			{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"},
		}}},
	} {
		if err := t.call(c.method, c.params, nil); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// obj is a JSON object.
type obj map[string]any

func (t *tab) call(method string, params obj, result any) error {
	return t.b.call(t.session, method, params, result)
}

// run runs a script of ours in the page and stores its value in result.
func (t *tab) run(js string, result any) error {
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if err := t.call("Runtime.evaluate", obj{"expression": js, "returnByValue": true, "awaitPromise": true}, &got); err != nil {
		return err
	}
	if e := got.ExceptionDetails; e != nil {
		return fmt.Errorf("the page failed: %s %s", e.Text, e.Exception.Description)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(got.Result.Value, result)
}

// close leaves the tab for the next page.
func (t *tab) close() { t.b.tab = t }
