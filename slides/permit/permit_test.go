package permit

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		word, want, err string
	}{
		{"net", "net", ""},
		{"limits", "limits", ""},
		{"write=data", "write=data", ""},
		{"write=a,b", "write=a,b", ""},
		{"write=a=b c", "write=a=b c", ""},
		{"read=~/x", "read=~/x", ""},
		{"read=größe", "read=größe", ""},
		{"env=DATABASE_URL", "env=DATABASE_URL", ""},
		{"nested=012", "nested=12", ""},
		{"nested=0", "nested=0", ""},

		{"", "", `unknown permission ""; the permissions are net,`},
		{"nett", "", `unknown permission nett; did you mean "net"?`},
		{"wirte=x", "", `unknown permission wirte; did you mean "write"?`},
		{"write:x", "", "write it as write=…"},
		{"net,env=X", "", `"net,env": one permission at a time`},
		{"net,read", "", "one permission at a time"},
		{"net=yes", "", "net takes no value"},
		{"net=", "", "net takes no value"},
		{"limits=4G", "", "limits takes no value"},
		{"write", "", "write wants a value: write=PATH"},
		{"write=", "", "write wants a value"},
		{"env=", "", "env wants a value: env=NAME"},
		{"env=A=secret", "", "without a value"},
		{"env=1A", "", "1A is not the name of a variable"},
		{"env=A-B", "", "not the name of a variable"},
		{"env=Ä", "", "not the name of a variable"},
		{"env=" + strings.Repeat("A", 256), "", "not the name of a variable"},
		{"nested=x", "", "x is not a number from 0 to 64"},
		{"nested=65", "", "not a number"},
		{"nested=-1", "", "not a number"},
		{"read=a\nb", "", `"a\nb" has invisible characters`},
		{"read=a\x00b", "", "invisible characters"},
		{"read=\u202egpj", "", "invisible characters"},
		{"read=\xff", "", `"\xff" is not UTF-8`},
		{"read=" + strings.Repeat("a", 4096), "", "too long"},
		{"read=~root/x", "", "slidexec knows no other"},
		{"\x1b[2J=x", "", `unknown permission "\x1b[2J"`},
	} {
		g, err := Parse(tt.word)
		switch {
		case tt.err == "" && (err != nil || g.String() != tt.want):
			t.Errorf("Parse(%q) = %v, %v, want %s", tt.word, g, err, tt.want)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("Parse(%q) = %v, %v, want an error with %q", tt.word, g, err, tt.err)
		}
	}
}

// grants makes Grants of words; paths lead where they say.
func grants(t testing.TB, words ...string) Set {
	t.Helper()
	var out Set
	for _, w := range words {
		if limit, ok := strings.CutPrefix(w, "limits="); ok {
			out = append(out, Grant{Kind: Limits, Arg: limit})
			continue
		}
		g, err := Parse(w)
		if err != nil {
			t.Fatal(err)
		}
		if g.Kind == Write || g.Kind == Read {
			g.Place = Place{Path: g.Arg, Name: g.Arg}
		}
		out = append(out, g)
	}
	return out
}

func TestSet(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
	}{
		{"nothing", "", ""},
		{"ordered", "nested=9 env=B env=A read=/r write=/w net", "net write=/w read=/r env=A env=B nested=9"},
		{"once", "net net env=A env=A", "net env=A"},
		{"below", "write=/w/a write=/w write=/w/b write=/wx", "write=/w write=/wx"},
		{"write is not read", "write=/w read=/w/a", "write=/w read=/w/a"},
		{"the larger number", "nested=9 nested=12 nested=3", "nested=12"},
		{"all limits", "limits=memory=4G limits limits=timeout=1m", "limits"},
		{"limits", "limits=timeout=1m limits=memory=4G", "limits=memory=4G limits=timeout=1m"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Set{}.With(grants(t, strings.Fields(tt.in)...)...)
			if s := strings.Join(got.Strings(), " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
			for _, g := range grants(t, strings.Fields(tt.in)...) {
				if !got.Covers(g) {
					t.Errorf("%v is not covered", g)
				}
			}
		})
	}
	s := grants(t, "net", "nested=9", "write=/a/b")
	for word, want := range map[string]bool{
		"net": true, "nested=8": true, "nested=10": false, "write=/a/b/c": true, "write=/a": false, "write=/a/bc": false,
		"read=/a/b": false, "env=A": false, "limits": false,
	} {
		if got := s.Covers(grants(t, word)[0]); got != want {
			t.Errorf("covers %s: %v, want %v", word, got, want)
		}
	}
	if n, ok := s.Nested(); n != 9 || !ok || !s.Has(Net) || s.Has(Env) {
		t.Errorf("nested %d, %v", n, ok)
	}
	if _, ok := (Set{}).Nested(); ok {
		t.Error("the empty set says how many namespaces")
	}
}

func TestRequests(t *testing.T) {
	g := grants(t, "net", "write=/w", "env=A", "limits=memory=4G")
	requests := []Request{{Grant: g[1]}, {Grant: g[0]}, {Grant: g[2], Snippet: "a b"}, {Grant: g[0]}, {Grant: g[3]}}
	want := []string{`env=A for "a b"`, "limits=memory=4G", "net", "write=/w"}
	if got := Keys(requests); !slices.Equal(got, want) {
		t.Errorf("Keys = %q, want %q", got, want)
	}
	if got, want := Flags(requests), "--allow write=/w --allow net --allow env=A --allow limits"; got != want {
		t.Errorf("Flags = %q, want %q", got, want)
	}
	odd := Request{Grant: Grant{Kind: Read, Arg: "it's $(rm -rf ~)"}}
	if got, want := Flags([]Request{odd}), `--allow 'read=it'\''s $(rm -rf ~)'`; got != want {
		t.Errorf("Flags = %s, want %s", got, want)
	}
	if got, want := requests[2].Describe(), `see the variable A of your environment, for "a b" alone`; got != want {
		t.Errorf("Describe = %q, want %q", got, want)
	}
	// One id cannot be chosen so that a request reads as another.
	forged := Request{Grant: g[0], Snippet: `x" net for "y`}
	if other := (Request{Grant: g[0], Snippet: "y"}); forged.Key() == other.Key() || strings.Count(forged.Key(), `\"`) != 2 {
		t.Errorf("key %q", forged.Key())
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"net", "write=.", "env=A", "nested=9", "read=~/x", "x", "=", "limits", "net,net"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := Parse(s)
		if err != nil {
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < 0x20 || r == 0x7f }) {
				t.Errorf("Parse(%q): %q drives a terminal", s, err)
			}
			return
		}
		if again, err := Parse(g.String()); err != nil || again != g {
			t.Errorf("Parse(%q) = %v, which parses to %v, %v", s, g, again, err)
		}
	})
}
