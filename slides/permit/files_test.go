package permit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
)

// lay writes files, with their names as text.
func lay(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(name), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFiles(t *testing.T) {
	home := world(t)
	lay(t, home, "talk/part.md", "talk/.env", "talk/.aws/config", "talk/prod.tfvars", "talk/in.env.example", "shared/a.md", "shared/.env", ".ssh/id_rsa",
		"talk/.github/x.md")
	for name, text := range map[string]string{"talk/key.pem": "-----BEGIN PRIVATE KEY-----", "talk/cert.pem": "-----BEGIN CERTIFICATE-----"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"talk/innocent.txt": "../.ssh/id_rsa", "talk/values": ".env", "talk/id_x.pem": "key.pem"} {
		if err := os.Symlink(target, filepath.Join(home, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(home, "talk/fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(home)
	allow := Set{}
	folder, err := NewFolder("talk", home)
	if err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"~/shared", "prod.tfvars"} {
		g, err := folder.Resolve(Grant{Kind: Read, Arg: arg})
		if err != nil {
			t.Fatal(err)
		}
		allow = append(allow, g)
	}
	for _, tt := range []struct {
		name  string
		allow Set
		err   error
		hint  string
	}{
		{"talk/part.md", nil, nil, ""},
		{filepath.Join(home, "talk/part.md"), nil, nil, ""},
		{"link/part.md", nil, files.ErrOutside, "--allow read="},
		{"talk/cert.pem", nil, nil, ""},
		{"talk/in.env.example", nil, nil, ""},
		{"talk/.github/x.md", nil, nil, ""},
		{"talk/.env", nil, files.ErrSecret, "--allow read=.env"},
		{"talk/values", nil, files.ErrSecret, "--allow read=.env"},
		{"talk/key.pem", nil, files.ErrSecret, "--allow read=key.pem"},
		{"talk/id_x.pem", nil, files.ErrSecret, "--allow read=id_x.pem"},
		{"talk/.aws/config", nil, files.ErrSecret, "--allow read=.aws/config"},
		{"talk/prod.tfvars", nil, files.ErrSecret, "--allow read=prod.tfvars"},
		{"talk/prod.tfvars", allow, nil, ""},
		{"talk/fifo", nil, files.ErrNotRegular, ""},
		{"shared/a.md", nil, files.ErrOutside, "--allow read=" + home + "/shared/a.md"},
		{"shared/a.md", allow, nil, ""},
		{"shared/.env", allow, nil, ""},
		{"talk/innocent.txt", nil, files.ErrOutside, "--allow read=" + home + "/.ssh/id_rsa"},
		{"talk/innocent.txt", allow, files.ErrOutside, "--allow read=" + home + "/.ssh/id_rsa"},
		{"/proc/self/environ", nil, files.ErrOutside, "the files of its own folder"},
		{"sha\nred", nil, files.ErrOutside, "the files of its own folder"},
	} {
		deck, err := FindDeck("talk/deck.md")
		if err != nil {
			t.Fatal(err)
		}
		f := deck.Files(deck.Folder(home), tt.allow)
		_, err = f.Read(tt.name, 100)
		if !errors.Is(err, tt.err) {
			t.Errorf("Read(%q) with %v = %v, want %v", tt.name, tt.allow.Strings(), err, tt.err)
		}
		hint := ""
		if e, ok := errors.AsType[*RefusedError](err); ok {
			hint = e.Hint()
		}
		if !strings.Contains(hint, tt.hint) || (hint == "") != (tt.hint == "") {
			t.Errorf("Read(%q): the hint is %q, want %q in it", tt.name, hint, tt.hint)
		}
		if _, err := f.Stat(tt.name); !errors.Is(err, tt.err) {
			t.Errorf("Stat(%q) with %v = %v, want %v", tt.name, tt.allow.Strings(), err, tt.err)
		}
	}
}

// A folder that holds more than a deck shows it nothing that is hidden.
func TestFilesOfHome(t *testing.T) {
	home := world(t)
	lay(t, home, "deck.md", "part.md", ".bash_history", ".config/app/layout.md", "notes/x.md")
	t.Chdir(home)
	deck, err := FindDeck("deck.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"part.md": nil, "notes/x.md": nil, ".bash_history": files.ErrSecret, ".config/app/layout.md": files.ErrSecret,
	} {
		for _, d := range []Deck{deck, {Name: "-"}} { // one without a folder begins where the user is
			if _, err := d.Files(d.Folder(home), nil).Read(name, 100); !errors.Is(err, want) {
				t.Errorf("%s: Read(%q) = %v, want %v", d.Name, name, err, want)
			}
		}
	}
}
