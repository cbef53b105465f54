package toolchain

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
)

// fakeCargo is a cargo that writes down how it was called and does what the manifest says.
const fakeCargo = `.cargo/bin/cargo* = #!/bin/sh
dir=$(dirname "$3")
echo "$*" >> $HOME/calls
env > $HOME/env
if grep -q broken "$3"; then
	echo "error: failed to get x as a dependency of snippet v0.1.0 ($dir)" >&2
	printf '\nCaused by:\n  download of config.json failed\n\nCaused by:\n  Could not resolve host: x\n' >&2
	exit 101
fi
if grep -q needed "$3" && test "$4" = --offline; then echo "error: try without --offline" >&2; exit 101; fi
printf 'version = 4\n[[package]]\nname = "x"\nsource = "y"\n' > "$dir/Cargo.lock"
`

func newCargo(t *testing.T) (*Cargo, string) {
	t.Helper()
	h := home(t, fakeCargo, ".cargo/bin/rustc*", ".cargo/config.toml = [http]\nproxy = 'http://proxy'\ncainfo = 'ca.pem'\n[build]\nrustc-wrapper = 'evil'\n[registries.mine]\nindex = 'sparse+https://x'\ntoken = 'secret'\n[source.crates-io]\nreplace-with = 'local'\n[source.local]\ndirectory = 'crates'\n")
	c, err := NewCargo(&Finder{Path: h + "/.cargo/bin", Home: h}, filepath.Join(h, "ours"))
	if err != nil {
		t.Fatal(err)
	}
	c.Environ = []string{"HTTPS_PROXY=http://p", "CARGO_HTTP_CAINFO=", "CARGO_HTTP_TIMEOUT=3", "CARGO_BUILD_RUSTC_WRAPPER=evil", "TOKEN=secret", "SSL_CERT_FILE=/ca"}
	return c, h
}

func TestFetch(t *testing.T) {
	c, h := newCargo(t)
	calls := func() int {
		b, _ := os.ReadFile(filepath.Join(h, "calls"))
		return strings.Count(string(b), "\n")
	}
	lock, err := c.Fetch(t.Context(), []byte("a"))
	if err != nil || !strings.Contains(string(lock), "version = 4") || calls() != 1 {
		t.Fatalf("Fetch = %q, %v after %d calls", lock, err, calls())
	}
	if _, err := c.Fetch(t.Context(), []byte("a")); err != nil || calls() != 1 {
		t.Errorf("fetched again: %v", err)
	}
	if _, err := c.Fetch(t.Context(), []byte("needed")); err != nil || calls() != 3 {
		t.Errorf("%v after %d calls, want the network after an offline attempt", err, calls())
	}
	_, err = c.Fetch(t.Context(), []byte("broken"))
	e, ok := errors.AsType[*FetchError](err)
	if !ok || e.Reason != "failed to get x as a dependency of snippet v0.1.0: Could not resolve host: x" || !strings.Contains(e.Hint, "network") {
		t.Errorf("error %#v", err)
	}
	if err := c.Forget([]byte("a")); err != nil {
		t.Error(err)
	}
	if _, ok := c.Lock([]byte("a")); ok {
		t.Error("not forgotten")
	}
	left, err := filepath.Glob(filepath.Join(c.Dir, "lock", "new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %q, %v", left, err)
	}
}

func TestFetchEnvironment(t *testing.T) {
	c, h := newCargo(t)
	if _, err := c.Fetch(t.Context(), []byte("a")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(h, "env"))
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Split(string(b), "\n")
	for _, want := range []string{"HTTPS_PROXY=http://p", "CARGO_HTTP_TIMEOUT=3", "SSL_CERT_FILE=/ca", "PWD=/", "CARGO_HOME=" + c.home()} {
		if !slices.Contains(env, want) {
			t.Errorf("no %s in %q", want, env)
		}
	}
	for _, bad := range []string{"TOKEN=", "CARGO_HTTP_CAINFO=", "CARGO_BUILD_RUSTC_WRAPPER="} {
		if strings.Contains(string(b), bad) {
			t.Errorf("%s gets through", bad)
		}
	}
}

func TestCargoConfig(t *testing.T) {
	c, h := newCargo(t)
	for _, want := range []string{"proxy = 'http://proxy'", "cainfo = '" + h + "/ca.pem'", "replace-with = 'local'", "directory = '" + h + "/crates'", "sparse+https://x"} {
		if !strings.Contains(c.Config.Fetch, want) {
			t.Errorf("no %s in\n%s", want, c.Config.Fetch)
		}
	}
	for _, config := range []string{c.Config.Fetch, c.Config.Build} {
		if strings.Contains(config, "secret") || strings.Contains(config, "evil") {
			t.Errorf("too much in\n%s", config)
		}
	}
	if strings.Contains(c.Config.Build, "proxy") || !strings.Contains(c.Config.Build, "offline = true") || !strings.Contains(c.Config.Build, "directory") {
		t.Errorf("settings for building:\n%s", c.Config.Build)
	}
	if want := (sandbox.Mount{Kind: sandbox.ReadOnly, Src: h + "/crates", Dst: h + "/crates", Optional: true}); len(c.Config.Mounts) != 1 || c.Config.Mounts[0].Dst != want.Dst {
		t.Errorf("mounts %+v", c.Config.Mounts)
	}
}

func TestCargoBuild(t *testing.T) {
	c, h := newCargo(t)
	s := c.Build([]byte("manifest"), []byte("lock"), "source", h+"/target")
	if !slices.Contains(s.Args, "--offline") || !slices.Contains(s.Args, "--locked") {
		t.Errorf("runs %q", s.Args)
	}
	seen := map[string]bool{}
	for _, m := range s.Mounts {
		if seen[m.Dst] || m.Kind == sandbox.Writable || m.Kind == sandbox.Out && m.Src != h+"/target" || inside(h+"/.cargo", m.Src) && m.Kind != sandbox.File {
			t.Errorf("mount %+v", m)
		}
		seen[m.Dst] = true
	}
	for _, want := range []string{"/box/cargo/registry", "/box/pkg/Cargo.toml", "/box/pkg/snippet.rs", "/box/target"} {
		if !seen[want] {
			t.Errorf("no %s", want)
		}
	}
}
