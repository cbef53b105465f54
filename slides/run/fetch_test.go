//go:build linux

package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run/store"
)

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
	if res.Status != slides.SetupFailed || res.Phase != "fetch" || res.Remark.Line == 0 || !strings.Contains(res.Remark.Says, "dependency \"evil\": programs may not fetch from git.example:80") ||
		res.Remark.Try != "--allow fetch=git.example:80 lets them" || len(g.requests()) != before {
		t.Errorf("without a permission: %s\nasked %q", said, g.requests()[before:])
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
		{name: "the metadata", address: "http://169.254.169.254", want: "belongs to the local link"},
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
			if res.Status != slides.OK && strings.Contains(res.Remark.Try, "--allow") {
				t.Errorf("hint %q: there is no permission for that", res.Remark.Try)
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
		if res.Status != slides.SetupFailed || !strings.Contains(said, "the packages are larger than 16 MiB, or have more than 2000 files") {
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
	if res.Status != slides.SetupFailed || !strings.Contains(said, "the packages are larger than 8 MiB") {
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
