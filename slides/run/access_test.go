package run

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// allow makes grants of words, with paths of a deck's folder.
func allow(t testing.TB, dir string, words ...string) permit.Set {
	t.Helper()
	f, err := permit.NewFolder(dir, "/home/nobody")
	if err != nil {
		t.Fatal(err)
	}
	var out permit.Set
	for _, w := range words {
		g, err := permit.Parse(w)
		if err == nil {
			g, err = f.Resolve(g)
		}
		if err != nil {
			t.Fatal(err)
		}
		out = out.With(g)
	}
	return out
}

// mountsOf returns the mounts that are not the system's or a tool's, as "kind place".
func mountsOf(c *sandbox.Cmd, keep ...string) []string {
	var out []string
	for _, m := range c.Policy.Mounts {
		if below(workDir, m.Dst) || slices.ContainsFunc(keep, func(dir string) bool { return below(dir, m.Dst) }) {
			out = append(out, string(m.Kind)+" "+m.Dst)
		}
	}
	return out
}

func TestGrantsMakeThePolicy(t *testing.T) {
	dir := files(t, map[string]string{
		"deck.md": "", "data/x": "", "data/.env": "", ".env": "", ".aws/config": "", ".aws/sso": "", ".git/HEAD": "", "sub/.git/HEAD": "",
	})
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := filepath.EvalSymlinks(files(t, map[string]string{"x": "", ".git/HEAD": ""}))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SLIDEXEC_TEST", "seen")
	plain := []string{"cow /work", "tmpfs /work/.aws", "file /work/.env", "file /work/data/.env"}
	history := []string{"tmpfs /work/.git", "tmpfs /work/sub/.git"} // see aside.go
	with := func(mounts []string, more ...string) []string { return slices.Concat(mounts, history, more) }
	for _, tt := range []struct {
		name   string
		allow  []string
		mounts []string
	}{
		{"nothing", nil, with(plain)},
		{"a file that is shown", []string{"read=data/x"}, with(plain)},
		{"a secret", []string{"read=.env"}, with([]string{"cow /work", "tmpfs /work/.aws", "file /work/data/.env"})},
		{"a folder of secrets", []string{"read=.aws"}, with([]string{"cow /work", "file /work/.env", "file /work/data/.env"})},
		{"in a folder of secrets", []string{"read=.aws/config"}, with(plain, "ro /work/.aws/config")},
		{"all secrets", []string{"read=."}, []string{"cow /work"}},
		{"write", []string{"write=data"}, append(slices.Clone(plain), "rw /work/data")},
		{"write a secret", []string{"write=.env"}, []string{"cow /work", "tmpfs /work/.aws", "file /work/data/.env", "rw /work/.env"}},
		{"write everything", []string{"write=."}, append(slices.Clone(plain), "rw /work", "ro /work/.git", "ro /work/sub/.git")},
		{"write what is guarded", []string{"write=.git"}, append(slices.Clone(plain), "rw /work/.git")},
		{"elsewhere", []string{"read=" + elsewhere}, with(plain, "ro "+elsewhere)},
		{"write elsewhere", []string{"write=" + elsewhere}, append(slices.Clone(plain), "rw "+elsewhere, "ro "+elsewhere+"/.git")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{}
			r := newRunner(t, Options{Dir: dir, Executor: f, Allow: allow(t, dir, tt.allow...)})
			res := results(t, r, snippet("bash", ""))[0]
			if got := mountsOf(f.cmds[0], elsewhere); !slices.Equal(got, tt.mounts) {
				t.Errorf("mounts:\n%q\nwant:\n%q", got, tt.mounts)
			}
			if !slices.Equal(res.Allowed, tt.allow) || f.cmds[0].Policy.Net != sandbox.NetNone {
				t.Errorf("allowed %q, network %q", res.Allowed, f.cmds[0].Policy.Net)
			}
			if slices.Contains(f.cmds[0].Env, "SLIDEXEC_TEST=seen") {
				t.Error("the environment is passed on")
			}
		})
	}
}

func TestGrantsBesideFiles(t *testing.T) {
	t.Setenv("SLIDEXEC_TEST", "seen")
	t.Setenv("LANG", "xx")
	for _, tt := range []struct {
		name   string
		o      Options
		net    sandbox.Net
		nested int
		env    string
	}{
		{"default", Options{}, sandbox.NetNone, 8, "LANG=C.UTF-8"},
		{"network", Options{Allow: permit.Set{{Kind: permit.Net}}}, sandbox.NetHost, 8, ""},
		{"variable", Options{Allow: permit.Set{{Kind: permit.Env, Arg: "SLIDEXEC_TEST"}}}, sandbox.NetNone, 8, "SLIDEXEC_TEST=seen"},
		{"theirs wins", Options{Allow: permit.Set{{Kind: permit.Env, Arg: "LANG"}}}, sandbox.NetNone, 8, "LANG=xx"},
		{"unset", Options{Allow: permit.Set{{Kind: permit.Env, Arg: "SLIDEXEC_UNSET"}}}, sandbox.NetNone, 8, ""},
		{"namespaces", Options{Nested: 20}, sandbox.NetNone, 20, ""},
		{"none", Options{Nested: -1}, sandbox.NetNone, 0, ""},
		{"strict", Options{Nested: 20, Strict: true}, sandbox.NetNone, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &fake{}
			tt.o.Executor = f
			results(t, newRunner(t, tt.o), snippet("bash", ""))
			c := f.cmds[0]
			if c.Policy.Net != tt.net || c.Policy.Nested != tt.nested || tt.env != "" && !slices.Contains(c.Env, tt.env) {
				t.Errorf("network %q, nested %d, environment %q", c.Policy.Net, c.Policy.Nested, c.Env)
			}
			resolver := slices.ContainsFunc(c.Policy.Mounts, func(m sandbox.Mount) bool { return m.Dst == "/etc/resolv.conf" })
			if _, err := os.Stat("/etc/resolv.conf"); err == nil && resolver != (tt.net == sandbox.NetHost) {
				t.Errorf("resolv.conf is shown: %v", resolver)
			}
		})
	}
}

func TestSettingsOfOneSnippet(t *testing.T) {
	f := &fake{}
	own := Settings{Limits: sandbox.Limits{Wall: time.Minute, Memory: 1 << 20}, Nested: -1, Allow: permit.Set{{Kind: permit.Net}}}
	r := newRunner(t, Options{Executor: f, Jobs: 1, Snippets: map[string]Settings{"own": own}})
	with, without := snippet("bash", "1"), snippet("bash", "2")
	with.ID = "own"
	got := results(t, r, with, without)
	if !slices.Equal(got[0].Allowed, []string{"net"}) || got[1].Allowed != nil {
		t.Errorf("allowed %q and %q", got[0].Allowed, got[1].Allowed)
	}
	want := runLimits
	want.Wall, want.CPU, want.Memory = time.Minute, time.Minute, 1<<20
	if p := f.cmds[0].Policy; p.Limits != want || p.Nested != 0 || p.Net != sandbox.NetHost {
		t.Errorf("own policy %+v, %d, %q", p.Limits, p.Nested, p.Net)
	}
	if p := f.cmds[1].Policy; p.Limits != runLimits || p.Nested != DefaultNested || p.Net != sandbox.NetNone {
		t.Errorf("policy %+v, %d, %q", p.Limits, p.Nested, p.Net)
	}
}

func TestGrantsAreNotForCompilers(t *testing.T) {
	t.Setenv("SLIDEXEC_TEST", "seen")
	dir := t.TempDir()
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		return sandbox.Result{Status: sandbox.Exited, Exit: 1}, nil // it does not compile
	}}
	r := newRunner(t, Options{Dir: dir, Executor: f, Allow: allow(t, dir, "net", "env=SLIDEXEC_TEST", "write=.")})
	results(t, r, snippet("c", "int main;"))
	c := f.cmds[0]
	if len(f.cmds) != 1 || c.Policy.Net != sandbox.NetNone || slices.Contains(c.Env, "SLIDEXEC_TEST=seen") || len(mountsOf(c)) > 0 {
		t.Errorf("%d commands, network %q, environment %q, mounts %q", len(f.cmds), c.Policy.Net, c.Env, mountsOf(c))
	}
}

func TestGrantsAndTheCache(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "a": ""})
	other := files(t, map[string]string{"x": "1"})
	cache, finder := t.TempDir(), tools(t, "bash")
	f := &fake{}
	run := func(o Options) slides.Origin {
		o.Dir, o.CacheDir, o.Executor, o.Finder = dir, cache, f, finder
		return results(t, newRunner(t, o), snippet("bash", ""))[0].Origin
	}
	env := allow(t, dir, "env=SLIDEXEC_TEST")
	for _, tt := range []struct {
		name   string
		before func()
		o      Options
		want   slides.Origin
	}{
		{"first", nil, Options{}, slides.Live},
		{"again", nil, Options{}, slides.Cached},
		{"with the network", nil, Options{Allow: allow(t, dir, "net")}, slides.Live},
		{"again", nil, Options{Allow: allow(t, dir, "net")}, slides.Cached},
		{"with a variable", func() { t.Setenv("SLIDEXEC_TEST", "1") }, Options{Allow: env}, slides.Live},
		{"again", nil, Options{Allow: env}, slides.Cached},
		{"with another value", func() { t.Setenv("SLIDEXEC_TEST", "2") }, Options{Allow: env}, slides.Live},
		{"strict", nil, Options{Strict: true}, slides.Live},
		{"with a folder", nil, Options{Allow: allow(t, dir, "read="+other)}, slides.Live},
		{"again", nil, Options{Allow: allow(t, dir, "read="+other)}, slides.Cached},
		{"that has changed", func() { write(t, filepath.Join(other, "x"), "22") }, Options{Allow: allow(t, dir, "read="+other)}, slides.Live},
		{"with a place to write to", nil, Options{Allow: allow(t, dir, "write=.")}, slides.Live},
		{"always", nil, Options{Allow: allow(t, dir, "write=.")}, slides.Live},
		{"as in the beginning", nil, Options{}, slides.Cached},
	} {
		if tt.before != nil {
			tt.before()
		}
		if got := run(tt.o); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWritersRunOneByOne(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": ""})
	var order []string // no lock: the race detector watches
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		code := string(c.Policy.Mounts[len(c.Policy.Mounts)-1].Data)
		order = append(order, code+" "+strings.Join(mountsOf(c), ","))
		write(t, filepath.Join(dir, code, ".env"), "SECRET")
		return sandbox.Result{Status: sandbox.OK}, nil
	}}
	r := newRunner(t, Options{Dir: dir, Executor: f, Jobs: 8, Allow: allow(t, dir, "write=.")})
	results(t, r, snippet("bash", "a"), snippet("bash", "b"), snippet("bash", "c"))
	want := []string{"a cow /work,rw /work", "b cow /work,file /work/a/.env,rw /work", "c cow /work,file /work/a/.env,file /work/b/.env,rw /work"}
	if !slices.Equal(order, want) {
		t.Errorf("ran %q, want %q", order, want)
	}
}

func TestGrantsWhereTheFolderIsNotShown(t *testing.T) {
	home := files(t, map[string]string{"deck.md": "", "data/x": "", ".env": ""})
	home, err := filepath.EvalSymlinks(home)
	if err != nil {
		t.Fatal(err)
	}
	finder := tools(t, "bash")
	finder.Home = home
	for _, tt := range []struct {
		allow  string
		mounts []string
		reason string
	}{
		{"read=data", []string{"tmpfs /work", "ro /work/data"}, "home directory"},
		{"write=data", []string{"tmpfs /work", "rw /work/data"}, "home directory"},
		{"read=.", []string{"tmpfs /work", "ro /work"}, ""},
		{"write=.", []string{"tmpfs /work", "rw /work"}, ""},
	} {
		f := &fake{}
		r := newRunner(t, Options{Dir: home, Executor: f, Finder: finder, Allow: allow(t, home, tt.allow)})
		res := results(t, r, snippet("bash", ""))[0]
		if got := mountsOf(f.cmds[0]); !slices.Equal(got, tt.mounts) || (tt.reason == "") != (res.Remark.Says == "") || !strings.Contains(res.Remark.Says, tt.reason) {
			t.Errorf("%s: mounts %q, reason %q", tt.allow, got, res.Remark.Says)
		}
	}
}

// A program that may write cannot make so much of the folder that its secrets are not found.
func TestGrantsOfAFolderThatCannotBeLookedThrough(t *testing.T) {
	names := map[string]string{"deck.md": ""}
	for i := range mostSecrets + 1 {
		names[fmt.Sprintf("%d/.env", i)] = ""
	}
	dir := files(t, names)
	f := &fake{}
	r := newRunner(t, Options{Dir: dir, Executor: f, Allow: allow(t, dir, "write=.", "read=1", "read=/usr")})
	res := results(t, r, snippet("bash", ""))[0]
	if got, want := mountsOf(f.cmds[0]), []string{"tmpfs /work"}; !slices.Equal(got, want) || !strings.Contains(res.Remark.Says, "too many files") {
		t.Errorf("mounts %q, want %q; reason %q", got, want, res.Remark.Says)
	}
}

func TestGrantsLeaveTheCacheAlone(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "cache/": ""})
	f := &fake{}
	r := newRunner(t, Options{Dir: dir, CacheDir: filepath.Join(dir, "cache"), Executor: f, Allow: allow(t, dir, "read=.", "write=.")})
	results(t, r, snippet("bash", ""))
	if got, want := mountsOf(f.cmds[0]), []string{"cow /work", "tmpfs /work/cache", "rw /work"}; !slices.Equal(got, want) {
		t.Errorf("mounts %q, want %q", got, want)
	}
}

func TestSecretsBehindLinks(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "conf/prod": "A=1", "keys/x": "", "plain": "", "target/deep/.netrc": "", ".git/objects/ab/.env": ""})
	for name, target := range map[string]string{
		".env": "conf/prod", ".ssh": "keys", "link": "plain", ".netrc": "/etc/hostname", ".npmrc": "nowhere", "to": ".env",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	f := openFolder(dir, "", nil)
	var got []string
	for _, m := range f.view().mounts {
		got = append(got, string(m.Kind)+" "+m.Dst)
	}
	slices.Sort(got)
	want := []string{"cow /work", "file /work/conf/prod", "file /work/target/deep/.netrc", "tmpfs /work/keys"}
	if !slices.Equal(got, want) {
		t.Errorf("mounts %q, want %q", got, want)
	}
}

func TestPlacesThatCannotBeShown(t *testing.T) {
	for _, name := range []string{"/work", "/work/x"} {
		g := permit.Grant{Kind: permit.Read, Arg: name, Place: permit.Place{Path: name, Name: name}}
		for _, o := range []Options{{Allow: permit.Set{g}}, {Snippets: map[string]Settings{"x": {Allow: permit.Set{g}}}}} {
			o.CacheDir, o.Finder = t.TempDir(), tools(t)
			if _, err := New(o); err == nil {
				t.Errorf("%s is shown", name)
			}
		}
	}
}

// TestGrantsInTheSandbox runs programs that use what they are granted, and that try what is not.
func TestGrantsInTheSandbox(t *testing.T) {
	setUp := func() string {
		return files(t, map[string]string{
			"deck.md": "", "data/x": "old", "data/.env": "SECRET", ".env": "SECRET", ".git/config": "SECRET", ".git/hooks/": "", ".aws/config": "SECRET",
		})
	}
	t.Setenv("SLIDEXEC_TEST", "seen")
	for _, tt := range []struct {
		name, allow, code string
		want              string
		after             map[string]string // files on the host
	}{
		{"nothing", "", "echo new >data/x; cat data/x .env data/.env .aws/config; ls .aws; echo $SLIDEXEC_TEST", "new\n\n",
			map[string]string{"data/x": "old", ".env": "SECRET"}},
		{"write a folder", "write=data", "echo new >data/x; echo no >deck.md; cat data/.env; cat data/x", "new\n",
			map[string]string{"data/x": "new\n", "data/.env": "SECRET", "deck.md": ""}},
		{"write a file", "write=data/x", "echo new >data/x; echo no >data/y; cat data/x", "new\n",
			map[string]string{"data/x": "new\n", "data/y": "gone"}},
		{"write everything", "write=.", "echo new >top; cat .env .git/config; echo x >.git/hooks/pre-commit; rm -rf .git; mv .git git; mv .env env; echo done", "done\n",
			map[string]string{"top": "new\n", ".env": "SECRET", ".git/config": "SECRET", ".git/hooks/pre-commit": "gone", "env": "gone"}},
		{"read a secret", "read=.env", "cat .env; echo; cat data/.env; echo no >.env", "SECRET\n", map[string]string{".env": "SECRET"}},
		{"read in a folder of secrets", "read=.aws/config", "cat .aws/config; echo no >.aws/config", "SECRET", map[string]string{".aws/config": "SECRET"}},
		{"a variable", "env=SLIDEXEC_TEST", "echo $SLIDEXEC_TEST", "seen\n", nil},
		{"no namespaces", "strict", "unshare -U true 2>/dev/null || echo none", "none\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := setUp()
			o := Options{Dir: dir, Strict: tt.allow == "strict"}
			if tt.allow != "" && !o.Strict {
				o.Allow = allow(t, dir, tt.allow)
			}
			res := do(t, real(t, o), snippet("bash", tt.code))
			if got := string(res.Stream(false)); got != tt.want {
				t.Errorf("prints %q, want %q; %+v\n%s", got, tt.want, res.Remark.Says, res.Stream(true))
			}
			for name, want := range tt.after {
				b, err := os.ReadFile(filepath.Join(dir, name))
				if got := string(b); err == nil && got != want || err != nil && want != "gone" {
					t.Errorf("%s is %q on the host (%v), want %q", name, got, err, want)
				}
			}
		})
	}
}

// TestNetworkInTheSandbox talks to a service of this machine, and through it would reach others.
func TestNetworkInTheSandbox(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback: " + err.Error())
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("served\n")) // the program says what it got
			c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-served
	})
	code := fmt.Sprintf("exec 3<>/dev/tcp/127.0.0.1/%d && cat <&3", l.Addr().(*net.TCPAddr).Port)
	if res := do(t, real(t, Options{}), snippet("bash", code)); len(res.Stream(false)) > 0 || !res.Failed() {
		t.Errorf("without the network: %s, %q", res.Status, res.Bytes())
	}
	res := do(t, real(t, Options{Allow: permit.Set{{Kind: permit.Net}}}), snippet("bash", code))
	if got := string(res.Stream(false)); got != "served\n" {
		t.Errorf("with the network: %s, %q, %q", res.Status, got, res.Stream(true))
	}
}
