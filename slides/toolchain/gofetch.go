package toolchain

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// Modules fetches the modules that a go.mod names, through the module proxy alone: it asks no
// repository and executes no code of a module. As with crates, it runs in a sandbox whose one way
// to the network is a fetch.Gate.
type Modules struct {
	Tool    Tool
	Dir     string   // ours: modules, and marks of go.mod files whose modules are all there
	Environ []string // the user's environment
	Config  string   // the file of settings that go env -w writes, "" if there is none

	Granted []fetch.Place
	Run     func(context.Context, *sandbox.Cmd) (sandbox.Result, error)
	Limits  sandbox.Limits    // as in Cargo
	Gate    func(*fetch.Gate) // as in Cargo
}

const (
	boxModules  = "/box/gomod"
	boxManifest = "/box/mod"
)

// Cache is the directory of the modules, for Go.Modules.
func (m *Modules) Cache() string { return filepath.Join(m.Dir, "mod") }

// Fetch makes the modules of a go.mod, with its go.sum, available. If go or a server refuses, the
// error is a *FetchError. No other Fetch into the same directory may run at the time.
func (m *Modules) Fetch(ctx context.Context, mod, sum []byte) error {
	mark := m.mark(mod, sum)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	for _, dir := range []string{filepath.Dir(mark), m.Cache()} {
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.Chmod(dir, 0o755)); err != nil {
			return fmt.Errorf("prepare fetching: %w", err)
		}
	}
	if err := m.fetch(ctx, mod, sum); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o600)
}

// Fetched reports whether all modules were fetched before.
func (m *Modules) Fetched(mod, sum []byte) bool {
	_, err := os.Stat(m.mark(mod, sum))
	return err == nil
}

func (m *Modules) mark(mod, sum []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n%s%s", m.Tool.Stamp, len(mod), mod, sum)
	return filepath.Join(m.Dir, "have", hex.EncodeToString(h.Sum(nil)[:16]))
}

func (m *Modules) limits() sandbox.Limits { return (&Cargo{Limits: m.Limits}).limits() }

// setting returns the user's setting, from the environment or by go env -w.
func (m *Modules) setting(name string) string {
	for _, kv := range slices.Backward(m.Environ) {
		if v, ok := strings.CutPrefix(kv, name+"="); ok && v != "" {
			return v
		}
	}
	if m.Config == "" {
		return ""
	}
	const most = 1 << 20
	text, err := files.ReadPlain(m.Config, most)
	if err != nil {
		return "" // the file does not exist
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return v
		}
	}
	return ""
}

// proxies returns the user's module proxies without direct access to repositories, and the places
// of these proxies and of the checksum database.
func (m *Modules) proxies() (list string, places []fetch.Place) {
	keep := func(address string) bool {
		p, ok := fetch.PlaceOf(address)
		if ok {
			p.Own = true
			places = append(places, p)
		}
		return ok
	}
	separator := ""
	for rest := m.setting("GOPROXY"); rest != ""; {
		i := strings.IndexAny(rest+",", ",|")
		if address := strings.TrimSpace(rest[:i]); keep(address) {
			list += separator + address
		}
		separator = rest[i:min(i+1, len(rest))]
		rest = rest[min(i+1, len(rest)):]
	}
	if list == "" {
		list = "https://proxy.golang.org"
		keep(list)
	}
	words := strings.Fields(cmp.Or(m.setting("GOSUMDB"), "sum.golang.org"))
	host, _, _ := strings.Cut(words[0], "+") // a name, perhaps with a key; a second word is its address
	for _, address := range append(words[1:], "https://"+host) {
		keep(address)
	}
	return list, places
}

// fetch runs go mod download in a sandbox and takes the modules.
func (m *Modules) fetch(ctx context.Context, mod, sum []byte) error {
	limits := m.limits()
	list, places := m.proxies()
	upstream := fetch.FromEnvironment(m.Environ)
	if err := upstream.Check(); err != nil {
		return &FetchError{Reason: err.Error(), Hint: "set HTTPS_PROXY to such a proxy"}
	}
	certs := &Cargo{Environ: m.Environ}
	gate := &fetch.Gate{Places: slices.Concat(places, m.Granted), Quota: 2 * limits.Tmp, Proxy: upstream.For, TLS: certs.tls()}
	if m.Gate != nil {
		m.Gate(gate)
	}
	p := &sandbox.Policy{Limits: limits, Net: sandbox.NetDoor, Mounts: slices.Concat(
		sandbox.System(), sandbox.Certificates(), certs.trusted(), m.Tool.Mounts, []sandbox.Mount{
			{Kind: sandbox.CopyOn, Src: m.Cache(), Dst: boxModules},
			{Kind: sandbox.Tmpfs, Dst: boxManifest, Size: 64 << 20, Inodes: 1000},
			{Kind: sandbox.File, Dst: boxManifest + "/go.mod", Data: mod, Mode: 0o644},
			{Kind: sandbox.File, Dst: boxManifest + "/go.sum", Data: sum, Mode: 0o644},
		})}
	var log bytes.Buffer
	var taken error
	res, err := m.Run(ctx, &sandbox.Cmd{
		Path: m.Tool.Path, Args: []string{m.Tool.Path, "mod", "download"}, Env: m.env(list), Dir: boxManifest, Policy: p,
		Stdout: &log, Stderr: &log, Unordered: true, Serve: func(l net.Listener) { gate.Serve(ctx, l) },
		Keep: boxModules, Kept: func(dir *os.Root, r sandbox.Result) error {
			if r.Status == sandbox.OK {
				taken = Taking{Bytes: limits.Tmp, Files: int(limits.Inodes)}.Take(dir, m.Cache())
			}
			return nil
		},
	})
	switch {
	case err != nil:
		return fmt.Errorf("fetch modules: %w", err)
	case ctx.Err() != nil:
		return fmt.Errorf("fetch modules: %w", context.Cause(ctx))
	case taken != nil && !errors.Is(taken, ErrTooMuch):
		return fmt.Errorf("keep modules: %w", taken)
	case taken == nil && res.Status == sandbox.OK:
		return nil
	}
	return m.unfetched(res, log.Bytes(), gate)
}

// unfetched says why modules are missing.
func (m *Modules) unfetched(res sandbox.Result, log []byte, gate *fetch.Gate) error {
	if refused := gate.Refused(); len(refused) > 0 {
		e := refusedError(refused[0], log)
		if refused[0].Why != "" {
			e.Hint = "to fetch from a module proxy in your own network, name it in GOPROXY"
		}
		return e
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	switch {
	case gate.Exceeded(), res.Status == sandbox.OK, bytes.Contains(log, []byte("no space left on device")):
		return (&Cargo{Limits: m.Limits}).tooMuch(log)
	case res.Status != sandbox.Exited:
		return &FetchError{Reason: cmp.Or(res.Reason, "go was stopped"), Log: log}
	}
	return &FetchError{Reason: strings.TrimPrefix(lines[len(lines)-1], "go: "), Log: log,
		Hint: "slidexec fetches modules from the module proxy only; vendor others beside the deck: go mod vendor"}
}

// env turns off every setting by which a module or the user could choose other tools or ask a
// repository.
func (m *Modules) env(list string) []string {
	env := []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "GOPATH=/tmp/go", "GOCACHE=/tmp/gocache", "GOMODCACHE=" + boxModules,
		"GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "GOVCS=*:off", "GOTELEMETRY=off", "GOFLAGS=-modcacherw", "GOPROXY=" + list,
	}
	for _, name := range []string{"GOSUMDB", "GONOSUMDB", "GOINSECURE"} {
		if v := m.setting(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	for _, kv := range m.Environ {
		name, value, _ := strings.Cut(kv, "=")
		if value != "" && (name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR") {
			env = append(env, kv)
		}
	}
	for _, name := range []string{"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"} {
		env = append(env, name+"=http://"+sandbox.Door)
	}
	return append(env, m.Tool.Env...)
}
