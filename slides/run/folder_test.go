package run

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/permit"
)

// files writes files below a new directory; a name that ends in / is a directory.
func files(t testing.TB, names map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range names {
		write(t, filepath.Join(dir, name), text)
		if strings.HasSuffix(name, "/") {
			_ = os.Remove(filepath.Join(dir, name))
			if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOpenFolder(t *testing.T) {
	home := files(t, map[string]string{"talks/deck.md": ""})
	shared := files(t, map[string]string{"deck.md": ""})
	if err := os.Chmod(shared, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(home, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, dir, why string
	}{
		{"a folder", filepath.Join(home, "talks"), ""},
		{"home", home, "home directory"},
		{"link to home", link, "home directory"},
		{"above home", filepath.Dir(home), "do not see"},
		{"root", "/", "do not see"},
		{"home of root", "/root", "see no home"},
		{"system", "/usr", "do not see"},
		{"shared", shared, "everybody shares"},
		{"missing", filepath.Join(home, "nope"), "cannot open"},
		{"a file", filepath.Join(home, "talks/deck.md"), "cannot open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := openFolder(tt.dir, home, nil)
			if tt.why == "" != (f.dir != "") || !strings.Contains(f.why, tt.why) {
				t.Errorf("openFolder(%s) = %q because %q, want because %q", tt.dir, f.dir, f.why, tt.why)
			}
			if v := f.view(); len(v.mounts) == 0 || v.mounts[0].Dst != "/work" || (v.mounts[0].Kind == sandbox.CopyOn) != (tt.why == "") {
				t.Errorf("view %+v", v)
			}
		})
	}
	if f := openFolder("", home, nil); f.dir != "" || f.why != "" {
		t.Errorf("no folder: %+v", f)
	}
}

func TestFolderIsNotShownSaysWhy(t *testing.T) {
	home := t.TempDir()
	finder := tools(t, "bash")
	finder.Home = home
	r := newRunner(t, Options{Dir: home, Executor: &fake{}, Finder: finder})
	for range 2 { // live, cached
		if res := results(t, r, snippet("bash", ""))[0]; !strings.Contains(res.Remark.Says, "home directory") || res.Remark.Try == "" {
			t.Errorf("reason %q, hint %q", res.Remark.Says, res.Remark.Try)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	const key = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
	dir := files(t, map[string]string{
		"deck.md": "", "data.csv": "", "sub/.env": "A=1", ".env.local": "", ".env.example": "", ".netrc": "", ".npmrc": "",
		".git/config": "", ".git/HEAD": "", "id_ed25519": key, "id_ed25519.pub": "", "tls/server.pem": key, "tls/ca.pem": "CERTIFICATE",
		"tls/server.key": "-----BEGIN PRIVATE KEY-----", "credentials": "", ".aws/credentials": "", "node_modules/x/.npmrc": "", "cache/x": "",
		"src/config": "", "store.p12": "",
	})
	f := openFolder(dir, "", []string{filepath.Join(dir, "cache")})
	var got []string
	for _, m := range f.view().mounts[1:] {
		got = append(got, strings.TrimPrefix(m.Dst, "/work/"))
		if m.Kind != sandbox.File && m.Kind != sandbox.Tmpfs || len(m.Data) > 0 {
			t.Errorf("%+v", m)
		}
	}
	want := []string{
		".aws", ".env.local", ".git/config", ".netrc", ".npmrc", "cache", "credentials", "id_ed25519", "node_modules/x/.npmrc",
		"store.p12", "sub/.env", "tls/server.key", "tls/server.pem",
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("hidden: %q\nwant:   %q", got, want)
	}
}

func TestNewSecretsAreHidden(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": ""})
	f := &fake{}
	r := newRunner(t, Options{Dir: dir, Executor: f, NoCache: true})
	results(t, r, snippet("bash", ""))
	write(t, filepath.Join(dir, ".env"), "TOKEN=x")
	results(t, r, snippet("bash", ""))
	for i, want := range []bool{false, true} {
		hidden := slices.ContainsFunc(f.cmds[i].Policy.Mounts, func(m sandbox.Mount) bool { return m.Dst == "/work/.env" })
		if hidden != want {
			t.Errorf("run %d hides .env: %v", i, hidden)
		}
	}
}

// The home that the list of users has is one, whatever $HOME says.
func TestHomeWithoutVariable(t *testing.T) {
	t.Setenv("HOME", "")
	home := permit.Home()
	if info, err := os.Stat(home); home == "" || err != nil || !info.IsDir() {
		t.Skip("the list of users has no home for this user")
	}
	for _, said := range []string{"", "/", "relative", "/nowhere"} {
		if f := openFolder(home, said, nil); f.dir != "" || !strings.Contains(f.why, "home directory") {
			t.Errorf("with $HOME %q, %s is shown (%q)", said, home, f.why)
		}
	}
}
