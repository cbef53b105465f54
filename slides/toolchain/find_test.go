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

// home makes a home with files in it. A name that ends in * is executable; one with " -> " is a
// link, to a place in the home unless its target is absolute. $HOME stands for the home.
func home(t *testing.T, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		name, text, _ := strings.Cut(name, " = ")
		link, target, isLink := strings.Cut(name, " -> ")
		path := filepath.Join(dir, strings.TrimSuffix(link, "*"))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasSuffix(name, "*") {
			mode = 0o755
		}
		if isLink {
			err = os.Symlink(strings.ReplaceAll(target, "$HOME", dir), path)
		} else {
			err = os.WriteFile(path, []byte(strings.ReplaceAll(text, "$HOME", dir)), mode)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const stable = ".rustup/toolchains/stable-x86_64-unknown-linux-gnu/bin/rustc*"

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		path  string // $HOME/ is put before each entry
		env   map[string]string
		dir   string // the deck's folder, in the home
		tool  string
		host  string // in the home
		at    string // path in the sandbox
		err   string
	}{
		{name: "rustup default", tool: "rustc", path: ".cargo/bin",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/settings.toml = default_toolchain = 'stable-x86_64-unknown-linux-gnu'"},
			host:  strings.TrimSuffix(stable, "*"), at: "/opt/rust/bin/rustc"},
		{name: "rustup short name", tool: "rustc", path: ".cargo/bin",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/settings.toml = default_toolchain = 'stable'"},
			host:  strings.TrimSuffix(stable, "*"), at: "/opt/rust/bin/rustc"},
		{name: "rustup variable", tool: "rustc", path: ".cargo/bin", env: map[string]string{"RUSTUP_TOOLCHAIN": "mine"},
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/toolchains/mine/bin/rustc*", ".rustup/settings.toml = default_toolchain = 'stable'"},
			host:  ".rustup/toolchains/mine/bin/rustc", at: "/opt/rust/bin/rustc"},
		{name: "rustup toolchain file", tool: "rustc", path: ".cargo/bin", dir: "talk",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/toolchains/1.80/bin/rustc*", ".rustup/settings.toml = default_toolchain = 'stable'",
				"talk/rust-toolchain.toml = [toolchain]\nchannel = '1.80'\n"},
			host: ".rustup/toolchains/1.80/bin/rustc", at: "/opt/rust/bin/rustc"},
		{name: "rustup toolchain file with a path", tool: "rustc", path: ".cargo/bin", dir: "talk",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, "talk/evil/bin/rustc*", ".rustup/settings.toml = default_toolchain = 'stable'",
				"talk/rust-toolchain.toml = [toolchain]\npath = '$HOME/talk/evil'\n"},
			host: strings.TrimSuffix(stable, "*"), at: "/opt/rust/bin/rustc"},
		{name: "rustup toolchain file that is a link out", tool: "rustc", path: ".cargo/bin", dir: "talk",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/settings.toml = default_toolchain = 'stable'",
				"token = s3cret", "talk/rust-toolchain -> ../token"},
			host: strings.TrimSuffix(stable, "*"), at: "/opt/rust/bin/rustc"},
		{name: "rustup override", tool: "rustc", path: ".cargo/bin", dir: "talk",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/toolchains/old/bin/rustc*", "talk/x",
				".rustup/settings.toml = default_toolchain = 'stable'\n[overrides]\n'$HOME/talk' = 'old'\n"},
			host: ".rustup/toolchains/old/bin/rustc", at: "/opt/rust/bin/rustc"},
		{name: "rustup toolchain that is a link", tool: "rustc", path: ".cargo/bin",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup", stable, ".rustup/toolchains/one -> stable-x86_64-unknown-linux-gnu", ".rustup/settings.toml = default_toolchain = 'one'"},
			host:  strings.TrimSuffix(stable, "*"), at: "/opt/rust/bin/rustc"},
		{name: "rustup without a toolchain", tool: "rustc", path: ".cargo/bin",
			files: []string{".cargo/bin/rustup*", ".cargo/bin/rustc -> rustup"}, err: "rustup has no rustc"},
		{name: "pyenv global", tool: "python3", path: ".pyenv/shims",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.11.7\n", ".pyenv/versions/3.11.7/bin/python3 -> python3.11", ".pyenv/versions/3.11.7/bin/python3.11*"},
			host:  ".pyenv/versions/3.11.7/bin/python3.11", at: "/opt/python/bin/python3.11"},
		{name: "pyenv prefix takes the highest", tool: "python3", path: ".pyenv/shims", env: map[string]string{"PYENV_VERSION": "3.9"},
			files: []string{".pyenv/shims/python3*", ".pyenv/versions/3.9.2/bin/python3*", ".pyenv/versions/3.9.18/bin/python3*"},
			host:  ".pyenv/versions/3.9.18/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv local", tool: "python3", path: ".pyenv/shims", dir: "talk/part",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.11.7", ".pyenv/versions/3.11.7/bin/python3*", ".pyenv/versions/3.12.1/bin/python3*", "talk/.python-version = 3.12.1", "talk/part/x"},
			host:  ".pyenv/versions/3.12.1/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv local that climbs out", tool: "python3", path: ".pyenv/shims", dir: "talk",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.11.7", ".pyenv/versions/3.11.7/bin/python3*", "talk/.python-version = ../../talk", "talk/bin/python3*"},
			host:  ".pyenv/versions/3.11.7/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv local that is a link out", tool: "python3", path: ".pyenv/shims", dir: "talk",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.11.7", ".pyenv/versions/3.11.7/bin/python3*", ".netrc = machine x password y",
				"talk/.python-version -> $HOME/.netrc"},
			host: ".pyenv/versions/3.11.7/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv local that is a link", tool: "python3", path: ".pyenv/shims", dir: "talk",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.11.7", ".pyenv/versions/3.12.1/bin/python3*", "talk/versions = \ufeff3.12.1",
				"talk/.python-version -> versions"},
			host: ".pyenv/versions/3.12.1/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv system", tool: "python3", path: ".pyenv/shims:py/bin",
			files: []string{".pyenv/shims/python3*", ".pyenv/version = system", "py/bin/python3*"},
			host:  "py/bin/python3", at: "/opt/python/bin/python3"},
		{name: "pyenv without the version", tool: "python3", path: ".pyenv/shims", files: []string{".pyenv/shims/python3*", ".pyenv/version = 3.1"},
			err: "pyenv has no python3: not in version 3.1"},
		{name: "pyenv elsewhere", tool: "python3", path: "opt/py/shims", env: map[string]string{"PYENV_ROOT": "$HOME/opt/py"},
			files: []string{"opt/py/shims/python3*", "opt/py/version = 3", "opt/py/versions/3/bin/python3*"}, host: "opt/py/versions/3/bin/python3", at: "/opt/python/bin/python3"},
		{name: "rbenv stays in place", tool: "ruby", path: ".rbenv/shims",
			files: []string{".rbenv/shims/ruby*", ".rbenv/version = 3.3.0", ".rbenv/versions/3.3.0/bin/ruby*"},
			host:  ".rbenv/versions/3.3.0/bin/ruby", at: "$HOME/.rbenv/versions/3.3.0/bin/ruby"},
		{name: "nvm", tool: "node", path: ".nvm/versions/node/v20/bin", files: []string{".nvm/versions/node/v20/bin/node*"},
			host: ".nvm/versions/node/v20/bin/node", at: "/opt/node/bin/node"},
		{name: "volta", tool: "node", path: ".volta/bin",
			files: []string{".volta/bin/node*", ".volta/tools/user/platform.json = {\"node\":{\"runtime\":\"20.1.0\",\"npm\":null}}", ".volta/tools/image/node/20.1.0/bin/node*"},
			host:  ".volta/tools/image/node/20.1.0/bin/node", at: "/opt/node/bin/node"},
		{name: "asdf", tool: "node", path: ".asdf/shims",
			files: []string{".tool-versions = ruby 3\nnodejs 20.1.0 # mine\n", ".asdf/installs/nodejs/20.1.0/bin/node*", ".asdf/shims/node* = #!/bin/sh\n# asdf-plugin: nodejs 20.1.0\n"},
			host:  ".asdf/installs/nodejs/20.1.0/bin/node", at: "/opt/node/bin/node"},
		{name: "asdf go", tool: "go", path: ".asdf/shims", env: map[string]string{"ASDF_GOLANG_VERSION": "1.26"},
			files: []string{".asdf/installs/golang/1.26/go/bin/go*", ".asdf/shims/go* = # asdf-plugin: golang 1.26\n"},
			host:  ".asdf/installs/golang/1.26/go/bin/go", at: "/opt/go/bin/go"},
		{name: "mise settings", tool: "node", path: ".local/share/mise/shims", dir: "talk",
			files: []string{".local/share/mise/shims/node*", ".config/mise/config.toml = [tools]\nnode = '20'\n", ".local/share/mise/installs/node/20 -> 20.1.0",
				".local/share/mise/installs/node/20.1.0/bin/node*", "talk/mise.toml = [tools]\nnode = ['../../x', '20']\n"},
			host: ".local/share/mise/installs/node/20.1.0/bin/node", at: "/opt/node/bin/node"},
		{name: "mise settings in a folder that is a link out", tool: "node", path: ".local/share/mise/shims", dir: "talk",
			files: []string{".local/share/mise/shims/node*", ".config/mise/config.toml = [tools]\nnode = '20'\n", "private/mise.toml = [tools]\nnode = '18'\n",
				".local/share/mise/installs/node/20/bin/node*", ".local/share/mise/installs/node/18/bin/node*", "talk/.config -> ../private"},
			host: ".local/share/mise/installs/node/20/bin/node", at: "/opt/node/bin/node"},
		{name: "mise asks mise", tool: "node", path: "bin:.local/share/mise/shims",
			files: []string{".local/share/mise/shims/node*", "bin/mise* = #!/bin/sh\necho $HOME/.local/share/mise/installs/node/20/bin/$2\n", ".local/share/mise/installs/node/20/bin/node*"},
			host:  ".local/share/mise/installs/node/20/bin/node", at: "/opt/node/bin/node"},
		{name: "mise says no", tool: "node", path: "bin:.local/share/mise/shims",
			files: []string{".local/share/mise/shims/node*", "bin/mise* = #!/bin/sh\necho 'node is not active' >&2\nexit 1\n"}, err: "mise has no node: node is not active"},
		{name: "single file", tool: "deno", path: ".deno/bin", files: []string{".deno/bin/deno*", ".deno/secret"}, host: ".deno/bin/deno", at: "/opt/deno/bin/deno"},
		{name: "script of the user", tool: "mytool", path: "bin", files: []string{"bin/mytool*"}, host: "bin/mytool", at: "$HOME/bin/mytool"},
		{name: "local bin", tool: "mytool", path: ".local/bin", files: []string{".local/bin/mytool*"}, host: ".local/bin/mytool", at: "$HOME/.local/bin/mytool"},
		{name: "link into an installation", tool: "node", path: ".local/bin", files: []string{".local/bin/node -> $HOME/node-v20/bin/node", "node-v20/bin/node*"},
			host: "node-v20/bin/node", at: "/opt/node/bin/node"},
		{name: "first in PATH", tool: "node", path: "a/bin:b/bin", files: []string{"a/bin/node", "b/bin/node*"}, host: "b/bin/node", at: "/opt/node/bin/node"},
		{name: "not there", tool: "node", path: "a", err: "no node in PATH"},
		{name: "a directory", tool: "node", path: "a", files: []string{"a/node/x"}, err: "no node in PATH"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := home(t, tt.files...)
			var path []string
			for p := range strings.SplitSeq(tt.path, ":") {
				path = append(path, filepath.Join(h, p))
			}
			f := &Finder{Path: strings.Join(path, ":") + ":relative", Home: h, Dir: filepath.Join(h, tt.dir),
				Getenv: func(name string) string { return strings.ReplaceAll(tt.env[name], "$HOME", h) }}
			got, err := f.Find(tt.tool)
			if tt.err != "" {
				if _, ok := errors.AsType[*NotFoundError](err); !ok || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want a NotFoundError with %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(h, tt.host); got.Host != want || got.Path != strings.ReplaceAll(tt.at, "$HOME", h) {
				t.Errorf("found %s at %s, want %s at %s", got.Host, got.Path, want, tt.at)
			}
			checkMounts(t, h, got)
		})
	}
}

// checkMounts makes sure that a home is never shown whole, and that the program is in what is.
func checkMounts(t *testing.T, home string, tool Tool) {
	t.Helper()
	shown := false
	for _, m := range tool.Mounts {
		if m.Kind != sandbox.ReadOnly || inside(home, m.Src) || slices.Contains(mixedDirs, strings.TrimPrefix(m.Src, home+"/")) {
			t.Errorf("shows %+v", m)
		}
		rel, ok := strings.CutPrefix(tool.Path, m.Dst)
		shown = shown || ok && executable(m.Src+rel)
	}
	if !shown {
		t.Errorf("%s is not in %+v", tool.Path, tool.Mounts)
	}
}

func TestFindSystem(t *testing.T) {
	got, err := (&Finder{Path: "/usr/bin:/bin"}).Find("sh")
	if err != nil || len(got.Mounts) > 0 || filepath.Base(got.Path) != "sh" || got.Prefix != "" {
		t.Errorf("Find = %+v, %v", got, err)
	}
}

func TestVirtualEnvironment(t *testing.T) {
	h := home(t, "venv/pyvenv.cfg", "venv/bin/python3 -> $HOME/py/bin/python3", "py/bin/python3*")
	got, err := (&Finder{Path: h + "/venv/bin", Home: h}).Find("python3")
	if err != nil || got.Path != h+"/venv/bin/python3" || len(got.Mounts) != 2 || got.Mounts[0].Dst != h+"/venv" || got.Mounts[1].Dst != h+"/py" {
		t.Errorf("Find = %+v, %v", got, err)
	}
}

func TestSharedPython(t *testing.T) {
	h := home(t, "py/bin/python3*", "py/lib/libpython3.12.so.1.0")
	got, err := (&Finder{Path: h + "/py/bin", Home: h}).Find("python3")
	if err != nil || !slices.Equal(got.Env, []string{"LD_LIBRARY_PATH=/opt/python/lib"}) {
		t.Errorf("Find = %+v, %v", got, err)
	}
}

func TestStampChangesWithTheProgram(t *testing.T) {
	h := home(t, "a/bin/node*")
	f := &Finder{Path: h + "/a/bin", Home: h}
	before, err := f.Find("node")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h+"/a/bin/node", []byte("new"), 0o755); err != nil {
		t.Fatal(err)
	}
	after, err := f.Find("node")
	if err != nil || before.Stamp == after.Stamp {
		t.Errorf("stamp %q stays, %v", after.Stamp, err)
	}
}

func TestStampChangesWithPackages(t *testing.T) {
	h := home(t, "venv/pyvenv.cfg", "venv/bin/python3 -> $HOME/py/bin/python3", "py/bin/python3*", "venv/lib/python3.12/site-packages/a", "py/lib/python3.12/site-packages/b")
	f := &Finder{Path: h + "/venv/bin", Home: h}
	last := ""
	for _, dir := range []string{"none", "venv/lib/python3.12/site-packages/c", "py/lib/python3.12/site-packages/d"} {
		if err := os.MkdirAll(filepath.Join(h, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		got, err := f.Find("python3")
		if err != nil || got.Stamp == last {
			t.Errorf("installing %s does not show in %q, %v", dir, got.Stamp, err)
		}
		last = got.Stamp
	}
}

func TestFirst(t *testing.T) {
	h := home(t, ".pyenv/shims/python3*", "bin/python*")
	f := &Finder{Path: h + "/.pyenv/shims:" + h + "/bin", Home: h}
	if got, err := f.First("python3", "python"); err != nil || got.Name != "python" {
		t.Errorf("First = %+v, %v: a shim that leads nowhere hides the next command", got, err)
	}
	if _, err := f.First("nope", "python3"); err == nil || !strings.HasPrefix(err.Error(), "pyenv has no python3") {
		t.Errorf("error %v", err)
	}
	if got, err := f.First("nope", "python"); err != nil || got.Name != "python" {
		t.Errorf("First = %+v, %v", got, err)
	}
	if _, err := f.First("nope", "nada"); err == nil || err.Error() != "no nope in PATH" {
		t.Errorf("error %v", err)
	}
}
