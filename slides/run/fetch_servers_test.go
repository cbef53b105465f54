//go:build linux

package run

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/fetch"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// A repositories is a git server on loopback. What is asked of it is remembered.
type repositories struct {
	*httptest.Server
	dir   string
	mu    sync.Mutex
	asked []string
}

// serveGit serves the bare repositories below a directory as git's own server does.
func serveGit(t *testing.T) *repositories {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip(err)
	}
	g := &repositories{dir: t.TempDir()}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *repositories) requests() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}

func (g *repositories) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.asked = append(g.asked, r.URL.Path)
	g.mu.Unlock()
	name, isRefs := strings.CutSuffix(r.URL.Path, "/info/refs")
	args := []string{"upload-pack", "--stateless-rpc"}
	kind := "result"
	var in bytes.Buffer
	if isRefs {
		args, kind = append(args, "--advertise-refs"), "advertisement"
	} else {
		name = strings.TrimSuffix(r.URL.Path, "/git-upload-pack")
		_, _ = in.ReadFrom(r.Body)
	}
	w.Header().Set("Content-Type", "application/x-git-upload-pack-"+kind)
	if isRefs {
		_, _ = io.WriteString(w, "001e# service=git-upload-pack\n0000")
	}
	cmd := exec.Command("git", append(args, filepath.Join(g.dir, filepath.Base(name)))...)
	cmd.Stdin, cmd.Stdout = &in, w
	_ = cmd.Run() // the client says what is missing
}

// git runs git with nothing of the user's.
func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
}

// crate makes a repository with a crate called evil, which more changes.
func (g *repositories) crate(t *testing.T, name, lib string, more func(dir string)) {
	t.Helper()
	dir := files(t, map[string]string{
		"Cargo.toml": "[package]\nname = \"evil\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
		"src/lib.rs": "pub fn x() -> &'static str { " + lib + " }\n",
	})
	git(t, dir, "init", "-q")
	if more != nil {
		more(dir)
	}
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "x")
	git(t, g.dir, "clone", "-q", "--bare", dir, name)
}

// usesEvil is a program with a crate of a repository.
func usesEvil(address string) string {
	return "//! ```cargo\n//! [dependencies]\n//! evil = { git = \"" + address + "\" }\n//! ```\nfn main() {\n    println!(\"{}\", evil::x());\n}\n"
}

// A net is what fetching sees of the network: every name leads to an address, and every address to
// the server.
type network struct {
	name   string
	addr   string
	server string
}

const (
	publicHost = "git.example"
	publicAddr = "93.184.215.14"
)

// fetcher returns a runner that may fetch from git.example, and a Rust program's tools.
func fetcher(t *testing.T, o Options, n network, config string) *Runner {
	t.Helper()
	home := files(t, map[string]string{".cargo/config.toml": config})
	finder := toolchain.NewFinder("")
	rustup := finder.Home + "/.rustup"
	if dir := os.Getenv("RUSTUP_HOME"); dir != "" {
		rustup = dir
	}
	finder.Home = home
	finder.Getenv = func(name string) string {
		return map[string]string{"RUSTUP_HOME": rustup, "RUSTUP_TOOLCHAIN": os.Getenv("RUSTUP_TOOLCHAIN")}[name]
	}
	for _, name := range []string{"http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy", "CARGO_HTTP_PROXY"} {
		t.Setenv(name, "")
	}
	t.Setenv("CARGO_NET_RETRY", "0")
	o.Finder = finder
	o.Allow = append(o.Allow, permit.Grant{Kind: permit.Fetch, Arg: publicHost + ":80"})
	if n.server != "" {
		o.gate = func(g *fetch.Gate) {
			g.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
				if a, err := netip.ParseAddr(host); err == nil {
					return []netip.Addr{a}, nil
				}
				if host != n.name {
					return nil, errors.New("no such host")
				}
				return []netip.Addr{netip.MustParseAddr(n.addr)}, nil
			}
			g.Dial = func(_ context.Context, _ netip.AddrPort) (net.Conn, error) { return net.Dial("tcp", n.server) }
		}
	}
	return real(t, o)
}

func atServer(g *repositories) network {
	return network{publicHost, publicAddr, g.Listener.Addr().String()}
}

// fetchesRust skips where there is no cargo, and returns all that a result shows.
func fetchesRust(t *testing.T, r *Runner, code string) (slides.Result, string) {
	t.Helper()
	res := do(t, r, inDeck("rust", "rust-script", code))
	return res, res.Remark.Says + "\n" + res.Remark.Try + "\n" + string(res.Bytes())
}
