package toolchain

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/fetch"
)

// fakeCargo stands for the sandbox with cargo in it. It does what the manifest says.
type fakeCargo struct {
	t    *testing.T
	cmds []*sandbox.Cmd
}

func (f *fakeCargo) run(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	f.cmds = append(f.cmds, c)
	manifest := ""
	for _, m := range c.Policy.Mounts {
		if m.Dst == boxPackage+"/Cargo.toml" {
			manifest = string(m.Data)
		}
	}
	offline := slices.Contains(c.Args, "--offline")
	failed := sandbox.Result{Status: sandbox.Exited, Exit: 101}
	say := func(text string) { _, _ = io.WriteString(c.Stderr, text) }
	switch {
	case strings.Contains(manifest, "broken"):
		say("error: failed to get x as a dependency of snippet v0.1.0 (/box/pkg)\n\nCaused by:\n  download of config.json failed\n\nCaused by:\n  Could not resolve host: x\n")
		return failed, nil
	case strings.Contains(manifest, "needed") && offline:
		say("error: try without --offline\n")
		return failed, nil
	case strings.Contains(manifest, "full"):
		say("error: failed to write: No space left on device (os error 28)\n")
		return failed, nil
	case strings.Contains(manifest, "slow"):
		return sandbox.Result{Status: sandbox.TimedOut, Reason: "stopped after 2s (time limit)"}, nil
	}
	_, _ = io.WriteString(c.Stdout, "version = 4\n[[package]]\nname = \"x\"\nsource = \"y\"\n")
	dir := f.t.TempDir()
	for name, text := range map[string]string{"registry/src/x/lib.rs": "lib", "registry/src/x/.cargo-ok": "", "config": "evil", "credentials.toml": "evil"} {
		write(f.t, filepath.Join(dir, name), text)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return failed, err
	}
	res := sandbox.Result{Status: sandbox.OK}
	return res, errors.Join(c.Kept(root, res), root.Close())
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func newCargo(t *testing.T) (*Cargo, *fakeCargo, string) {
	t.Helper()
	h := home(t, ".cargo/bin/cargo*", ".cargo/bin/rustc*", ".cargo/config.toml = [http]\nproxy = 'http://proxy:8080'\ncainfo = 'ca.pem'\n[build]\nrustc-wrapper = 'evil'\n[registries.mine]\nindex = 'sparse+https://x'\ntoken = 'secret'\n[source.crates-io]\nreplace-with = 'local'\n[source.local]\ndirectory = 'crates'\n[source.repo]\ngit = 'http://10.0.0.1:3000/x.git'\n")
	c, err := NewCargo(&Finder{Path: h + "/.cargo/bin", Home: h}, filepath.Join(h, "ours"))
	if err != nil {
		t.Fatal(err)
	}
	c.Environ = []string{"HTTPS_PROXY=http://p", "CARGO_HTTP_CAINFO=", "CARGO_HTTP_TIMEOUT=3", "CARGO_BUILD_RUSTC_WRAPPER=evil", "TOKEN=secret", "SSL_CERT_FILE=" + h + "/certs.pem",
		"CARGO_REGISTRIES_OTHER_INDEX=sparse+http://mirror.lan:8000/index/", "CARGO_REGISTRY_CREDENTIAL_PROVIDER=evil", "NO_PROXY=static.crates.io"}
	f := &fakeCargo{t: t}
	c.Run = f.run
	return c, f, h
}

func TestFetch(t *testing.T) {
	c, f, _ := newCargo(t)
	lock, err := c.Fetch(t.Context(), []byte("a"))
	if err != nil || !strings.Contains(string(lock), "version = 4") || len(f.cmds) != 1 || f.cmds[0].Policy.Net != sandbox.NetNone {
		t.Fatalf("Fetch = %q, %v after %d commands", lock, err, len(f.cmds))
	}
	if _, err := c.Fetch(t.Context(), []byte("a")); err != nil || len(f.cmds) != 1 {
		t.Errorf("fetched again: %v", err)
	}
	if _, err := c.Fetch(t.Context(), []byte("needed")); err != nil || len(f.cmds) != 3 || f.cmds[2].Policy.Net != sandbox.NetDoor {
		t.Errorf("%v after %d commands, want the network after an offline attempt", err, len(f.cmds))
	}
	if text, err := os.ReadFile(filepath.Join(c.home(), "registry/src/x/lib.rs")); string(text) != "lib" {
		t.Errorf("the crate is %q, %v", text, err)
	}
	for manifest, want := range map[string]string{
		"broken": "failed to get x as a dependency of snippet v0.1.0: Could not resolve host: x",
		"full":   "the packages are larger than 1 GiB, or have more than 200000 files",
		"slow":   "stopped after 2s (time limit)",
	} {
		_, err = c.Fetch(t.Context(), []byte(manifest))
		if e, ok := errors.AsType[*FetchError](err); !ok || e.Reason != want {
			t.Errorf("%s: %v, want %q", manifest, err, want)
		}
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

// Nothing is in our CARGO_HOME but crates: what was planted there is gone before cargo is run, and
// what cargo writes besides is not taken.
func TestFetchOwnHome(t *testing.T) {
	c, _, _ := newCargo(t)
	for _, name := range []string{"config", "config.toml", "credentials", "credentials.toml", "bin/git", ".cargo/config"} {
		write(t, filepath.Join(c.home(), name), "evil")
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(c.home(), "git")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Fetch(t.Context(), []byte("a")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(c.home())
	if err != nil || len(entries) != 2 || entries[0].Name() != "git" || !entries[0].IsDir() || entries[1].Name() != "registry" {
		t.Errorf("there are %v, %v", entries, err)
	}
}

// Cargo sees its home, the system, the tools and certificates, and nothing of the user's but settings
// of the network.
func TestFetchSees(t *testing.T) {
	c, f, h := newCargo(t)
	if _, err := c.Fetch(t.Context(), []byte("needed")); err != nil {
		t.Fatal(err)
	}
	cmd := f.cmds[1]
	for _, want := range []string{"HTTPS_PROXY=http://" + sandbox.Door, "https_proxy=http://" + sandbox.Door, "CARGO_HTTP_PROXY=http://" + sandbox.Door,
		"CARGO_HTTP_TIMEOUT=3", "SSL_CERT_FILE=" + h + "/certs.pem", "CARGO_HOME=/box/cargo", "HOME=/tmp"} {
		if !slices.Contains(cmd.Env, want) {
			t.Errorf("no %s in %q", want, cmd.Env)
		}
	}
	for _, kv := range cmd.Env {
		for _, bad := range []string{"TOKEN=", "CARGO_HTTP_CAINFO=", "CARGO_BUILD_RUSTC_WRAPPER=", "CARGO_REGISTRY_CREDENTIAL_PROVIDER=", "NO_PROXY=", "HTTPS_PROXY=http://p"} {
			if strings.HasPrefix(kv, bad) && !strings.HasSuffix(kv, sandbox.Door) {
				t.Errorf("%s gets through", kv)
			}
		}
	}
	allowed := []string{h + "/certs.pem", h + "/ca.pem", h + "/crates", c.home(), h + "/.cargo/bin/cargo", h + "/.cargo/bin/rustc"}
	for _, m := range cmd.Policy.Mounts {
		if inside(m.Src, h) && !slices.Contains(allowed, m.Src) || m.Kind == sandbox.Writable || m.Kind == sandbox.Out {
			t.Errorf("mount %+v", m)
		}
	}
}

// The user's registries and sources may be fetched from, wherever they are; anything else needs to be
// granted, and a private address cannot be.
func TestFetchPlaces(t *testing.T) {
	c, _, _ := newCargo(t)
	c.Granted = []fetch.Place{{Host: "git.example", Port: 443}, {Host: "127.0.0.1", Port: 8080}}
	for address, want := range map[string]bool{
		"https://index.crates.io": true, "https://x/index": true, "http://mirror.lan:8000": true, "http://10.0.0.1:3000": true, "https://git.example/x.git": true,
		"http://index.crates.io": false, "https://mirror.lan": false, "https://git.example:8443": false, "https://other.example": false, "http://127.0.0.1:8080": false,
	} {
		p, ok := fetch.PlaceOf(address)
		if !ok || c.Allows(p) != want {
			t.Errorf("%s is allowed: %v, want %v", address, !want, want)
		}
	}
	g, err := c.gate()
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{"https://index.crates.io": "http://proxy:8080", "https://static.crates.io": ""} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if via := g.Proxy(u); via != nil {
			got = via.String()
		}
		if got != want {
			t.Errorf("%s is reached through %q, want %q", address, got, want)
		}
	}
}

func TestCargoConfig(t *testing.T) {
	c, _, h := newCargo(t)
	for _, want := range []string{"cainfo = '" + h + "/ca.pem'", "replace-with = 'local'", "directory = '" + h + "/crates'", "sparse+https://x"} {
		if !strings.Contains(c.Config.Fetch, want) {
			t.Errorf("no %s in\n%s", want, c.Config.Fetch)
		}
	}
	for _, config := range []string{c.Config.Fetch, c.Config.Build} {
		if strings.Contains(config, "secret") || strings.Contains(config, "evil") {
			t.Errorf("too much in\n%s", config)
		}
	}
	if c.Config.Proxy != "http://proxy:8080" || strings.Contains(c.Config.Fetch, "proxy") {
		t.Errorf("proxy %q, and in\n%s", c.Config.Proxy, c.Config.Fetch)
	}
	if strings.Contains(c.Config.Build, "proxy") || !strings.Contains(c.Config.Build, "offline = true") || !strings.Contains(c.Config.Build, "directory") {
		t.Errorf("settings for building:\n%s", c.Config.Build)
	}
	if want := (sandbox.Mount{Kind: sandbox.ReadOnly, Src: h + "/crates", Dst: h + "/crates", Optional: true}); len(c.Config.Mounts) != 1 || c.Config.Mounts[0].Dst != want.Dst {
		t.Errorf("mounts %+v", c.Config.Mounts)
	}
}

func TestCargoBuild(t *testing.T) {
	c, _, h := newCargo(t)
	s := c.Build([]byte("manifest"), []byte("lock"), "source", h+"/target")
	if !slices.Contains(s.Args, "--offline") || !slices.Contains(s.Args, "--locked") {
		t.Errorf("runs %q", s.Args)
	}
	seen := map[string]bool{}
	for _, m := range s.Mounts {
		if seen[m.Dst] || m.Kind == sandbox.Writable || m.Kind == sandbox.Out || m.Kind == sandbox.CopyOn && m.Src != h+"/target" || inside(h+"/.cargo", m.Src) && m.Kind != sandbox.File {
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
