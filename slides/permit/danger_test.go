package permit

import (
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	const path, home = "/home/ann/tools:/usr/bin:.", "/home/ann"
	for _, tt := range []struct {
		place Place
		write bool
		want  string // "" for none
	}{
		{Place{Path: "/home/ann/talk/data", Rel: "data"}, true, ""},
		{Place{Path: "/home/ann/notes"}, true, ""},
		{Place{Path: "/home/ann/bin"}, true, "can run when you log in"},
		{Place{Path: "/home/ann/.config/autostart/x"}, true, "can run when you log in"},
		{Place{Path: "/home/ann/.bashrc"}, true, "can run when you log in"},
		{Place{Path: "/home/ann/.ssh"}, true, "can run when you log in"},
		{Place{Path: "/home/ann/bin"}, false, ""},
		{Place{Path: "/home/ann"}, false, "a whole home"},
		{Place{Path: "/home"}, false, "a whole home"},
		{Place{Path: "/"}, true, "a whole home"},
		{Place{Path: "/usr/share/dict"}, false, "belongs to the system"},
		{Place{Path: "/etc"}, true, "belongs to the system"},
		{Place{Path: "/usr"}, true, "/usr/bin is in PATH"},
		{Place{Path: "/usr/bin/x"}, true, "/usr/bin is in PATH"},
		{Place{Path: "/srv/talk/bin", Rel: "bin"}, true, ""},
		{Place{Path: "/home/ann/notes", Name: "/home/ann/talk/plain"}, false, "/home/ann/talk/plain is a link that leads there"},
	} {
		if tt.place.Name == "" {
			tt.place.Name = tt.place.Path
		}
		got := strings.Join(tt.place.warnings(tt.write, path, []string{home}), "; ")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%+v, to write %v: %q, want %q", tt.place, tt.write, got, tt.want)
		}
	}
	for name, want := range map[string]bool{"API_TOKEN": true, "AWS_SECRET_ACCESS_KEY": true, "db_password": true, "LANG": false, "WHO": false} {
		if got := len(Grant{Kind: Env, Arg: name}.Warnings()) > 0; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestByDanger(t *testing.T) {
	asked := []Request{{Grant: Grant{Kind: Write, Arg: "data"}}, {Grant: Grant{Kind: Env, Arg: "TOKEN"}}, {Grant: Grant{Kind: Env, Arg: "LANG"}}, {Grant: Grant{Kind: Net}}, {Grant: Grant{Kind: Read, Arg: "a"}},
		{Grant: Grant{Kind: Limits, Arg: "memory=4G"}}, {Grant: Grant{Kind: Read, Arg: "b"}}, {Grant: Grant{Kind: Fetch, Arg: "x.org"}}, {Grant: Grant{Kind: Nested, Arg: "9"}}}
	var got []string
	for _, q := range ByDanger(asked) {
		got = append(got, q.String())
	}
	const want = "limits=memory=4G nested=9 read=a read=b fetch=x.org env=LANG env=TOKEN write=data net"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, k := range kinds() {
		if _, ok := dangers[k.kind]; !ok {
			t.Errorf("%s has no rank", k.kind)
		}
	}
}

func TestAskForTooLongPath(t *testing.T) {
	folder, err := NewFolder(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Ask(Grant{Kind: Read, Arg: strings.Repeat("a", maxAsked+1)}); err == nil || !strings.Contains(err.Error(), "too long for a question") {
		t.Errorf("%v", err)
	}
}
