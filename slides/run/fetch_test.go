//go:build linux

package run

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/fetch"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
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
	return res, res.Reason + "\n" + res.Hint + "\n" + string(res.Bytes())
}

// A crate from a repository needs a permission for its host; then it is fetched, built and run, and
// not fetched again.
func TestFetchGit(t *testing.T) {
	g := serveGit(t)
	g.crate(t, "x.git", `"from the repository"`, nil)
	code := usesEvil("http://" + publicHost + "/x.git")
	r := fetcher(t, Options{NoCache: true}, atServer(g), "")
	res, said := fetchesRust(t, r, code)
	if res.Status != slides.OK || !strings.Contains(said, "from the repository") {
		t.Fatalf("%+v\n%s", res, said)
	}
	before := len(g.requests())
	if _, said := fetchesRust(t, r, strings.Replace(code, "{}", "again {}", 1)); !strings.Contains(said, "again from the repository") || len(g.requests()) != before {
		t.Errorf("%s\nasked %q", said, g.requests()[before:])
	}
	none := fetcher(t, Options{}, atServer(g), "")
	none.o.Allow = nil
	res, said = fetchesRust(t, none, code)
	if res.Status != slides.SetupFailed || res.Phase != "fetch" || !strings.Contains(res.Reason, "deck.md:5: dependency \"evil\": fetching from git.example:80 is not allowed") ||
		res.Hint != "--allow fetch=git.example:80 allows it" || len(g.requests()) != before {
		t.Errorf("without a permission: %s\nasked %q", said, g.requests()[before:])
	}
}

// The user's own registry may be on this machine, and may keep its crates where it likes.
func TestFetchMirror(t *testing.T) {
	var tarball bytes.Buffer
	zipped := gzip.NewWriter(&tarball)
	archive := tar.NewWriter(zipped)
	for name, text := range map[string]string{"tiny-1.0.0/Cargo.toml": "[package]\nname = \"tiny\"\nversion = \"1.0.0\"\n", "tiny-1.0.0/src/lib.rs": "pub fn x() -> u8 { 42 }\n"} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	crates := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(tarball.Bytes()) }))
	defer crates.Close()
	index := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/index/config.json":
			_, _ = fmt.Fprintf(w, "{\"dl\": %q}", crates.URL+"/{crate}/{version}")
		case "/index/ti/ny/tiny":
			_, _ = fmt.Fprintf(w, "{\"name\":\"tiny\",\"vers\":\"1.0.0\",\"deps\":[],\"features\":{},\"yanked\":false,\"cksum\":\"%x\"}\n", sha256.Sum256(tarball.Bytes()))
		default:
			http.NotFound(w, r)
		}
	}))
	defer index.Close()
	config := "[source.crates-io]\nreplace-with = 'mirror'\n[source.mirror]\nregistry = 'sparse+" + index.URL + "/index/'\n"
	code := "//! ```cargo\n//! [dependencies]\n//! tiny = \"1\"\n//! ```\nfn main() {\n    println!(\"tiny {}\", tiny::x());\n}\n"
	r := fetcher(t, Options{NoCache: true}, network{}, config)
	if res, said := fetchesRust(t, r, code); res.Status != slides.OK || !strings.Contains(said, "tiny 42") {
		t.Errorf("%+v\n%s", res, said)
	}
	r = fetcher(t, Options{NoCache: true, gate: func(g *fetch.Gate) { g.More = nil }}, network{}, config)
	if res, said := fetchesRust(t, r, code); res.Status != slides.SetupFailed || !strings.Contains(said, "is this machine") {
		t.Errorf("crates of a host that the registry did not name: %+v\n%s", res, said)
	}
}

// A module that the go.mod beside the deck requires comes from the user's module proxy, checked
// against the go.sum; without that, nothing is compiled.
func TestFetchModule(t *testing.T) {
	sources := map[string]string{"go.mod": "module example.com/dep\n\ngo 1.21\n", "dep.go": "package dep\n\nconst Text = \"from a module\"\n"}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	sums := ""
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		full := "example.com/dep@v1.0.0/" + name
		w, err := archive.Create(full)
		if err == nil {
			_, err = io.WriteString(w, sources[name])
		}
		if err != nil {
			t.Fatal(err)
		}
		sums += fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(sources[name])), full)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	h1 := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "h1:" + base64.StdEncoding.EncodeToString(sum[:])
	}
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/example.com/dep/@v/v1.0.0.info":
			_, _ = io.WriteString(w, `{"Version":"v1.0.0"}`)
		case "/example.com/dep/@v/v1.0.0.mod":
			_, _ = io.WriteString(w, sources["go.mod"])
		case "/example.com/dep/@v/v1.0.0.zip":
			_, _ = w.Write(packed.Bytes())
		default:
			http.NotFound(w, r)
		}
	}))
	defer proxy.Close()
	good := "example.com/dep v1.0.0 " + h1(sums) + "\nexample.com/dep v1.0.0/go.mod " + h1(fmt.Sprintf("%x  go.mod\n", sha256.Sum256([]byte(sources["go.mod"])))) + "\n"
	const code = "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.Text) }\n"
	n := network{"proxy.example", publicAddr, proxy.Listener.Addr().String()}
	t.Setenv("GOPROXY", "http://proxy.example,direct")
	t.Setenv("GOSUMDB", "off")
	try := func(sum string) (slides.Result, string) {
		dir := files(t, map[string]string{"go.mod": "module example.org/talk\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n", "go.sum": sum})
		r := fetcher(t, Options{Dir: dir, CacheDir: warm, NoCache: true}, n, "")
		res := do(t, r, inDeck("go", "", code))
		return res, res.Reason + "\n" + string(res.Bytes())
	}
	if res, said := try(good); res.Status != slides.OK || !strings.Contains(said, "from a module") || asked.Load() == 0 {
		t.Errorf("%+v\n%s", res, said)
	}
	if res, said := try(strings.Replace(good, "h1:", "h1:A", 1)); res.Status != slides.SetupFailed || res.Phase != "fetch" {
		t.Errorf("with another sum: %+v\n%s", res, said)
	}
	t.Setenv("GOPROXY", "direct")
	before := asked.Load()
	if res, said := try(good); res.Status != slides.SetupFailed || asked.Load() != before {
		t.Errorf("without a proxy: %+v\n%s", res, said)
	}
}

// What a deck names on this machine is not asked, by no name and with no permission; what the user's
// own settings name is.
func TestFetchNotThisMachine(t *testing.T) {
	g := serveGit(t)
	g.crate(t, "x.git", `"from this machine"`, nil)
	tests := []struct {
		name    string
		network network
		address string
		config  string
		want    string
	}{
		{name: "by address", address: g.URL, want: "which is"},
		{name: "by name", address: strings.Replace(g.URL, "127.0.0.1", "localhost", 1), want: "is this machine"},
		{name: "by a name that leads here", network: network{publicHost, "127.0.0.1", g.Listener.Addr().String()}, address: "http://" + publicHost,
			want: "git.example:80 leads to 127.0.0.1, which is this machine"},
		{name: "by a name that leads into the network", network: network{publicHost, "10.0.0.1", g.Listener.Addr().String()}, address: "http://" + publicHost,
			want: "git.example:80 leads to 10.0.0.1, which is in a private network"},
		{name: "the metadata", address: "http://169.254.169.254", want: "is of this link"},
		{name: "the user's own", address: g.URL, config: "[source.own]\ngit = '" + g.URL + "/other.git'\n", want: "from this machine"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(g.requests())
			r := fetcher(t, Options{NoCache: true}, tt.network, tt.config)
			res, said := fetchesRust(t, r, usesEvil(tt.address+"/x.git"))
			asked := len(g.requests()) > before
			if own := tt.config != ""; asked != own || (res.Status == slides.OK) != own {
				t.Errorf("asked: %v, %s", asked, said)
			}
			if tt.name != "by address" && !strings.Contains(said, tt.want) {
				t.Errorf("says %s, want %q", said, tt.want)
			}
			if res.Status != slides.OK && strings.Contains(res.Hint, "--allow") {
				t.Errorf("hint %q: there is no permission for that", res.Hint)
			}
		})
	}
}

// A repository does not reach what is outside of it. Each of these gets at the secret without the
// sandbox around fetching and building.
func TestFetchHostileRepositories(t *testing.T) {
	const secret = "canary-of-a-private-file"
	private := files(t, map[string]string{"netrc": secret + "\n", "other/src/lib.rs": "pub const K: &str = \"" + secret + "\";\n",
		"other/Cargo.toml": "[package]\nname = \"other\"\nversion = \"0.1.0\"\n", "repo/secret.txt": secret})
	if err := os.Chmod(private, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, filepath.Join(private, "repo"), "init", "-q")
	git(t, filepath.Join(private, "repo"), "add", "-A")
	git(t, filepath.Join(private, "repo"), "commit", "-qm", "x")
	g := serveGit(t)
	add := func(t *testing.T, dir, text string) {
		f, err := os.OpenFile(filepath.Join(dir, "Cargo.toml"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(f, text)
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name, lib string
		more      func(t *testing.T, dir string)
	}{
		{"submodule", `include_str!("../sub/secret.txt")`, func(t *testing.T, dir string) {
			git(t, dir, "submodule", "--quiet", "add", "file://"+filepath.Join(private, "repo"), "sub")
		}},
		{"linked manifest", `""`, func(t *testing.T, dir string) {
			link := filepath.Join(dir, "Cargo.toml")
			if err := errors.Join(os.Remove(link), os.Symlink(filepath.Join(private, "netrc"), link)); err != nil {
				t.Fatal(err)
			}
		}},
		{"linked source", `include_str!("k")`, func(t *testing.T, dir string) {
			if err := os.Symlink(filepath.Join(private, "netrc"), filepath.Join(dir, "src/k")); err != nil {
				t.Fatal(err)
			}
		}},
		{"path dependency", `other::K`, func(t *testing.T, dir string) {
			add(t, dir, "[dependencies]\nother = { path = \""+filepath.Join(private, "other")+"\" }\n")
		}},
		{"workspace", `include_str!("../` + strings.Repeat("../", 20) + strings.TrimPrefix(private, "/") + `/netrc")`, func(t *testing.T, dir string) {
			add(t, dir, "[workspace]\nmembers = [\""+filepath.Join(private, "other")+"\"]\n")
		}},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := fmt.Sprintf("x%d.git", i)
			g.crate(t, name, tt.lib, func(dir string) { tt.more(t, dir) })
			code := usesEvil("http://" + publicHost + "/" + name)
			if _, said := fetchesRust(t, fetcher(t, Options{}, atServer(g), ""), code); strings.Contains(said, secret) {
				t.Errorf("got at the secret:\n%s", said)
			}
			if _, said := fetchesRust(t, fetcher(t, Options{NoSandbox: true}, atServer(g), ""), code); !strings.Contains(said, secret) {
				t.Errorf("the test does not see it without the sandbox either:\n%s", said)
			}
		})
	}
}

// A repository that is small on its way and large when it is there meets the quota; nothing of it
// reaches the disk.
func TestFetchBomb(t *testing.T) {
	g := serveGit(t)
	g.crate(t, "large.git", `"it is there"`, func(dir string) { write(t, filepath.Join(dir, "zeros"), strings.Repeat("\x00", 32<<20)) })
	g.crate(t, "many.git", `"it is there"`, func(dir string) {
		for i := range 3000 {
			write(t, filepath.Join(dir, "files", fmt.Sprint(i)), "")
		}
	})
	for _, name := range []string{"large.git", "many.git"} {
		code := usesEvil("http://" + publicHost + "/" + name)
		cache := t.TempDir()
		r := fetcher(t, Options{CacheDir: cache, fetchLimits: sandbox.Limits{Tmp: 16 << 20, Inodes: 2000}}, atServer(g), "")
		res, said := fetchesRust(t, r, code)
		if res.Status != slides.SetupFailed || !strings.Contains(said, "they are larger than 16 MiB, or more than 2000 files") {
			t.Errorf("%s: %+v\n%s", name, res, said)
		}
		if left := store.TreeSize(cache); left > 1<<20 {
			t.Errorf("%s: %d bytes are left", name, left)
		}
		if _, said := fetchesRust(t, fetcher(t, Options{}, atServer(g), ""), code); !strings.Contains(said, "it is there") {
			t.Errorf("%s with room: %s", name, said)
		}
	}
}

// An answer without end meets the quota of what is downloaded.
func TestFetchEndless(t *testing.T) {
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
		line := []byte(strings.Repeat("0032"+strings.Repeat("a", 40)+" ref/x", 100))
		for r.Context().Err() == nil {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	n := network{publicHost, publicAddr, endless.Listener.Addr().String()}
	r := fetcher(t, Options{fetchLimits: sandbox.Limits{Tmp: 8 << 20}}, n, "")
	res, said := fetchesRust(t, r, usesEvil("http://"+publicHost+"/x.git"))
	if res.Status != slides.SetupFailed || !strings.Contains(said, "they are larger than 8 MiB") {
		t.Errorf("%+v\n%s", res, said)
	}
}

// stall is a server that takes requests and never answers; it says when one has come.
func stall(t *testing.T) (network, <-chan struct{}) {
	came := make(chan struct{}, 100)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		<-r.Context().Done()
	}))
	t.Cleanup(s.Close)
	return network{publicHost, publicAddr, s.Listener.Addr().String()}, came
}

// Who waits for a server that does not answer waits for as long as the user said, or until the user
// has enough.
func TestFetchStalls(t *testing.T) {
	n, came := stall(t)
	code := usesEvil("http://" + publicHost + "/x.git")
	r := fetcher(t, Options{FetchTime: 500 * time.Millisecond}, n, "")
	if res, said := fetchesRust(t, r, code); res.Status != slides.SetupFailed || !strings.Contains(said, "stopped after 500ms (time limit)") {
		t.Errorf("%+v\n%s", res, said)
	}
	for len(came) > 0 {
		<-came
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-came
		cancel()
	}()
	r = fetcher(t, Options{}, n, "")
	var last slides.Result
	err := r.Run(ctx, []*slides.Snippet{inDeck("rust", "rust-script", code)}, func(ran slides.Ran) { last = ran.Result })
	if !errors.Is(err, context.Canceled) || last.Status != slides.Canceled {
		t.Errorf("%+v, %v", last, err)
	}
}

// stubborn is a cargo that does not end by itself, whatever becomes of those it talks to.
const stubborn = `#!/bin/bash
for arg; do if [ "$arg" = --offline ]; then echo "error: try without --offline" >&2; exit 101; fi; done
trap "" PIPE HUP TERM
address=${https_proxy#http://}
exec 3<>/dev/tcp/${address%:*}/${address#*:}
printf 'GET http://git.example/ HTTP/1.1\r\nHost: git.example\r\n\r\n' >&3
while :; do sleep 1000; done
`

// When slidexec is killed, nothing of what it was fetching with lives on.
func TestFetchDiesWithUs(t *testing.T) {
	if address := os.Getenv("SLIDEXEC_TEST_FETCH"); address != "" { // the one that is killed
		r := fetcher(t, Options{}, network{publicHost, publicAddr, address}, "")
		fetchesRust(t, r, usesEvil("http://"+publicHost+"/x.git"))
		return
	}
	tools := files(t, map[string]string{"cargo": stubborn, "rustc": ""})
	for _, name := range []string{"", "cargo", "rustc"} {
		if err := os.Chmod(filepath.Join(tools, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	n, came := stall(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestFetchDiesWithUs$", "-test.v")
	cmd.Env = append(os.Environ(), "SLIDEXEC_TEST_FETCH="+n.server, "PATH="+tools+":"+os.Getenv("PATH"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() {
		said := ""
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said += lines.Text() + "\n"
		}
		ended <- said
	}()
	select {
	case <-came:
	case said := <-ended:
		_ = cmd.Wait()
		if strings.Contains(said, "SKIP") {
			t.Skip(said)
		}
		t.Fatalf("it ended before it was killed:\n%s", said)
	}
	pids := childrenOf(t, cmd.Process.Pid)
	if len(pids) == 0 {
		t.Error("it has no processes: nothing is being fetched")
	}
	watched := watchProcesses(t, pids)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	watched()
	<-ended
}

// What a build leaves on its way is memory with a bound, and the compiler says so; the disk has what
// was kept of an earlier one.
func TestBuildIsBounded(t *testing.T) {
	const hoards = `use std::{fs, io::Write, path::Path};
fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    for i in 0..100 { fs::write(Path::new(&out).join(format!("f{i}")), "x").unwrap(); }
    let mut f = fs::File::create(Path::new(&out).join("big")).unwrap();
    let block = vec![1u8; 1 << 20];
    for _ in 0..MEGABYTES { f.write_all(&block).unwrap(); }
}
`
	g := serveGit(t)
	for name, megabytes := range map[string]string{"small.git": "1", "large.git": "64"} {
		g.crate(t, name, `"built"`, func(dir string) {
			write(t, filepath.Join(dir, "build.rs"), strings.ReplaceAll(hoards, "MEGABYTES", megabytes))
		})
	}
	old := buildLimits
	defer func() { buildLimits = old }()
	buildLimits.Tmp = 48 << 20
	cache := t.TempDir()
	r := fetcher(t, Options{CacheDir: cache}, atServer(g), "")
	if res, said := fetchesRust(t, r, usesEvil("http://"+publicHost+"/small.git")); res.Status != slides.OK {
		t.Fatalf("%+v\n%s", res, said)
	}
	before := store.TreeSize(cache)
	res, said := fetchesRust(t, r, usesEvil("http://"+publicHost+"/large.git"))
	if res.Status != slides.Exited || res.Phase != "build" || !strings.Contains(said, "No space left") {
		t.Errorf("%+v\n%s", res, said)
	}
	if grown := store.TreeSize(cache) - before; grown > 1<<20 {
		t.Errorf("a build that failed left %d bytes", grown)
	}
}
