package talk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// printer is an Executor whose programs print "ran" and end.
type printer struct{}

func (printer) Run(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	_, err := c.Stdout.Write([]byte("ran\n"))
	return sandbox.Result{}, err
}

// desk is a folder of decks, and the user who looks at them.
type desk struct {
	t     *testing.T
	dir   string
	said  []string
	asked []Question
	says  Answer
}

func newDesk(t *testing.T, files ...string) *desk {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	t.Setenv("HOME", filepath.Join(dir, "home"))
	d := &desk{t: t, dir: dir}
	for i := 0; i < len(files); i += 2 {
		d.write(files[i], files[i+1])
	}
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "DIR", d.dir)), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// options opens talk/deck.md. The user answers what says is; nobody is there where it is empty.
func (d *desk) options() Options {
	o := Options{
		Name: filepath.Join(d.dir, "talk/deck.md"),
		Run:  run.Options{Jobs: 1, NoCache: true, Executor: printer{}},
		Say: func(msg, hint string) {
			d.said = append(d.said, strings.TrimSuffix(msg+"; "+hint, "; "))
		},
	}
	if d.says != "" {
		o.Ask = func(_ context.Context, q Question) (Answer, error) {
			d.asked = append(d.asked, q)
			return d.says, nil
		}
	}
	return o
}

// play opens the talk and plays it.
func (d *desk) play(which Which) *slides.Board {
	d.t.Helper()
	t, err := Open(d.t.Context(), d.options())
	if err != nil {
		d.t.Fatal(err)
	}
	var b slides.Board
	if err := t.Play(d.t.Context(), which, func(e slides.Event) { b.Apply(e) }); err != nil {
		d.t.Fatal(err)
	}
	if err := t.Close(); err != nil {
		d.t.Fatal(err)
	}
	return &b
}

func requests(qs []permit.Request) string {
	var out []string
	for _, q := range qs {
		out = append(out, q.String())
	}
	return strings.Join(out, " ")
}

const outside = "one\n===\n\n<!-- include: ../shared/part.md -->\n\n```file +exec\npath: ../shared/prog.sh\nlanguage: bash\n```\n"

// outsideDesk has a deck that consists of files outside of its folder, for which its settings ask.
func outsideDesk(t *testing.T) *desk {
	return newDesk(t, "talk/deck.md", outside, "shared/part.md", "```bash +exec +id:part\necho part\n```\n<!-- snippet_output: part -->\n",
		"shared/prog.sh", "echo prog\n", "talk/slidexec.yaml", "permissions: [read: DIR/shared]\n")
}

// What the user answers, now or earlier, opens the files of the deck as well as those of its programs.
func TestAnswersOpenFiles(t *testing.T) {
	d := outsideDesk(t)
	if b := d.play(All); len(b.Results) != 0 || !b.Deck.Diags.Failed() || len(d.said) != 1 {
		t.Errorf("nobody is there: %d results, %v, said %q", len(b.Results), b.Deck.Diags, d.said)
	}
	d.says = No
	if b := d.play(All); len(b.Results) != 0 || !b.Deck.Diags.Failed() {
		t.Errorf("no: %d results, %v", len(b.Results), b.Deck.Diags)
	}
	d.says = Once
	for range 2 {
		if b := d.play(All); len(b.Results) != 2 || len(b.Deck.Diags) > 0 {
			t.Errorf("yes: %d results, %v", len(b.Results), b.Deck.Diags)
		}
	}
	d.says = Always
	d.play(All)
	if len(d.asked) != 4 || requests(d.asked[3].Requests) != "read="+d.dir+"/shared" {
		t.Errorf("asked %d times, at last for %s", len(d.asked), requests(d.asked[3].Requests))
	}
	d.said, d.says = nil, ""
	if b := d.play(All); len(b.Results) != 2 || len(b.Deck.Diags) > 0 {
		t.Errorf("remembered: %d results, %v", len(b.Results), b.Deck.Diags)
	}
	if len(d.said) != 1 || !strings.Contains(d.said[0], "that you granted before") {
		t.Errorf("said %q", d.said)
	}
	d.said = nil
	if b := d.play(nil); len(b.Deck.Diags) > 0 || len(b.Results) > 0 || len(d.said) > 0 {
		t.Errorf("remembered, but nothing is run: %v, said %q", b.Deck.Diags, d.said)
	}
}

// Where nothing is run, nobody is asked.
func TestNobodyIsAsked(t *testing.T) {
	d := outsideDesk(t)
	d.says = Always
	if b := d.play(nil); !b.Deck.Diags.Failed() {
		t.Error("the deck has the files")
	}
	d.write("talk/deck.md", "no programs\n")
	d.write("talk/slidexec.yaml", "permissions: [net]\n")
	d.play(All)
	if len(d.asked) > 0 || len(d.said) > 0 {
		t.Errorf("asked %d times, said %q", len(d.asked), d.said)
	}
}

// What flags grant is found once and not asked for, and opens files, too.
func TestFlagsOpenFiles(t *testing.T) {
	d := outsideDesk(t)
	d.says = No
	o := d.options()
	o.Allow = permit.Set{{Kind: permit.Read, Arg: filepath.Join(d.dir, "shared")}}
	talk, err := Open(t.Context(), o)
	if err != nil || len(talk.Deck.Diags) > 0 || len(talk.Deck.Executable()) != 2 {
		t.Fatalf("%v, %v", err, talk.Deck.Diags)
	}
	if err := talk.Play(t.Context(), All); err != nil || len(d.asked) > 0 {
		t.Errorf("%v, asked %d times", err, len(d.asked))
	}
	if err := talk.Close(); err != nil {
		t.Error(err)
	}
	o.Allow = permit.Set{{Kind: permit.Read, Arg: "nowhere"}}
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), `--allow: there is no nowhere`) {
		t.Errorf("a path that is not there: %v", err)
	}
}

// A file that was granted may bring programs for which the settings ask for more. They were not part
// of what the user saw, so they do not get it, and the deck says so.
func TestAskedForBehindAnAnswer(t *testing.T) {
	d := outsideDesk(t)
	d.write("talk/slidexec.yaml", "permissions: [read: DIR/shared]\nsnippets: {part: {permissions: [net]}}\n")
	d.says = Once
	b := d.play(All)
	if got := requests(d.asked[0].Requests); strings.Contains(got, "net") {
		t.Errorf("asked for %s", got)
	}
	if len(b.Deck.Diags) != 1 || !strings.Contains(b.Deck.Diags[0].Msg, "programs may not use your network") {
		t.Errorf("it says %v", b.Deck.Diags)
	}
}

func TestTooManyRequests(t *testing.T) {
	var list []string
	for i := range permit.MaxRequests + 1 {
		list = append(list, fmt.Sprintf("p%d: {memory: 2G}", i))
	}
	var deck strings.Builder
	for i := range list {
		fmt.Fprintf(&deck, "```bash +exec +id:p%d\n:\n```\n<!-- snippet_output: p%d -->\n", i, i)
	}
	d := newDesk(t, "talk/deck.md", deck.String(), "talk/slidexec.yaml", "snippets:\n  "+strings.Join(list, "\n  ")+"\n")
	d.says = Once
	d.play(All)
	if len(d.asked) > 0 || len(d.said) != 1 || !strings.Contains(d.said[0], "requests 33 permissions, too many to read") {
		t.Errorf("asked %d times, said %q", len(d.asked), d.said)
	}
}

// merged dumps what programs may do.
func merged(o run.Options) string {
	out := fmt.Sprintf("wall %v memory %dM nested %d %v", o.Limits.Wall, o.Limits.Memory>>20, o.Nested, o.Allow.Strings())
	for _, id := range []string{"a", "b"} {
		if s, ok := o.Snippets[id]; ok {
			out += fmt.Sprintf(" | %s: wall %v memory %dM nested %d %v", id, s.Limits.Wall, s.Limits.Memory>>20, s.Nested, s.Allow.Strings())
		}
	}
	return out
}

// TestMerge brings flags, settings and answers together.
func TestMerge(t *testing.T) {
	net, nested2 := permit.Grant{Kind: permit.Net}, permit.Grant{Kind: permit.Nested, Arg: "2"}
	limits := permit.Grant{Kind: permit.Limits}
	tests := []struct {
		name     string
		settings string
		run      run.Options
		flags    permit.Set
		yes      []string // requests that the user answered with yes
		open     string   // what nobody granted with flags
		want     string
	}{
		{name: "nothing is said", want: "wall 10s memory 1024M nested 8 []"},
		{name: "a flag", flags: permit.Set{net}, want: "wall 10s memory 1024M nested 8 [net]"},
		{name: "flags for limits", run: run.Options{Limits: sandbox.Limits{Wall: time.Minute}}, want: "wall 1m0s memory 1024M nested 8 []"},
		{name: "settings may tighten", settings: "limits: {timeout: 2s}", want: "wall 2s memory 1024M nested 8 []"},
		{name: "a flag holds against settings", settings: "limits: {timeout: 2s}", run: run.Options{Limits: sandbox.Limits{Wall: time.Minute}},
			want: "wall 2s memory 1024M nested 8 []"},
		{name: "settings may not widen", settings: "limits: {memory: 4G}\npermissions: [net]", open: "net limits=memory=4G",
			want: "wall 10s memory 1024M nested 8 []"},
		{name: "unless by an answer", settings: "limits: {memory: 4G}\npermissions: [net]", yes: []string{"net", "limits=memory=4G"}, open: "net limits=memory=4G",
			want: "wall 10s memory 4096M nested 8 [net limits=memory=4G]"},
		{name: "unless by a flag", settings: "limits: {memory: 4G}\npermissions: [net]", flags: permit.Set{limits}, open: "net",
			want: "wall 10s memory 4096M nested 8 [limits]"},
		{name: "an answer is to what is asked for", settings: "permissions: [net]", yes: []string{"env=A"}, open: "net",
			want: "wall 10s memory 1024M nested 8 []"},
		{name: "one program", settings: "snippets: {a: {timeout: 3s, permissions: [net]}}", yes: []string{"net"}, open: "net",
			want: "wall 10s memory 1024M nested 8 [] | a: wall 3s memory 0M nested 0 [net]"},
		{name: "one program gets what all get", settings: "permissions: [env: A]\nsnippets: {a: {timeout: 3s}}", yes: []string{"env=A"}, open: "env=A",
			want: "wall 10s memory 1024M nested 8 [env=A] | a: wall 3s memory 0M nested 0 [env=A]"},
		{name: "fewer namespaces", flags: permit.Set{nested2}, want: "wall 10s memory 1024M nested 2 [nested=2]"},
		{name: "none by settings", settings: "permissions: [nested: 0]", want: "wall 10s memory 1024M nested -1 []"},
		{name: "more namespaces", settings: "permissions: [nested: 20]", open: "nested=20", want: "wall 10s memory 1024M nested 8 []"},
		{name: "more by an answer", settings: "permissions: [nested: 20]", yes: []string{"nested=20"}, open: "nested=20",
			want: "wall 10s memory 1024M nested 20 [nested=20]"},
		{name: "strict asks for none", settings: "permissions: [nested: 20]", run: run.Options{Strict: true}, want: "wall 10s memory 1024M nested 20 []"},
		{name: "no sandbox", settings: "limits: {memory: 4G}\npermissions: [net]", run: run.Options{NoSandbox: true},
			want: "wall 10s memory 4096M nested 8 [net limits=memory=4G]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, "talk/deck.md", "", "talk/slidexec.yaml", tt.settings)
			at, err := permit.FindDeck(filepath.Join(d.dir, "talk/deck.md"))
			if err != nil {
				t.Fatal(err)
			}
			c := config.Load(at, at.Folder("")).For(&slides.Deck{Snippets: []*slides.Snippet{{ID: "a"}, {ID: "b"}}})
			if len(c.Diags) > 0 {
				t.Fatal(c.Diags)
			}
			m := termsOf(tt.run, tt.flags)
			if _, open := m.wants(c); requests(open) != tt.open {
				t.Errorf("not granted by flags: %q, want %q", requests(open), tt.open)
			}
			got := m.merge(c, func(q permit.Request) bool {
				for _, y := range tt.yes {
					if q.String() == y {
						return true
					}
				}
				return false
			})
			if merged(got) != tt.want {
				t.Errorf("got  %s\nwant %s", merged(got), tt.want)
			}
		})
	}
}

// await receives events until the board is as it should be.
func await(t *testing.T, events <-chan slides.Event, b *slides.Board, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !ok() {
		select {
		case e := <-events:
			b.Apply(e)
		case <-deadline:
			t.Fatalf("it does not come to it: %d results, broken %v, %v", len(b.Results), b.Broken, b.Deck.Diags)
		}
	}
}

// A talk that is followed asks when it is opened and no more.
func TestFollow(t *testing.T) {
	d := outsideDesk(t)
	d.says = Once
	talk, err := Follow(t.Context(), d.options(), live.All)
	if err != nil {
		t.Fatal(err)
	}
	var b slides.Board
	events := talk.Events(t.Context())
	done := func(n int) func() bool {
		return func() bool {
			ended := 0
			for _, r := range b.Results {
				if r.State == slides.Done {
					ended++
				}
			}
			return ended == n
		}
	}
	await(t, events, &b, done(2))
	if len(b.Deck.Diags) > 0 {
		t.Error(b.Deck.Diags)
	}
	d.write("shared/part.md", "```bash +exec +id:part\necho changed\n```\n<!-- snippet_output: part -->\n\n```bash +exec\necho third\n```\n")
	await(t, events, &b, done(3)) // the answer holds
	d.write("talk/slidexec.yaml", "permissions: [read: DIR/shared, net]\n")
	await(t, events, &b, func() bool { return len(b.Deck.Diags) > 0 })
	if got := b.Deck.Diags; len(got) != 1 || !strings.Contains(got[0].Msg, "may not use your network") {
		t.Errorf("it says %v", got)
	}
	d.write("talk/slidexec.yaml", "permissions: []\n")
	await(t, events, &b, func() bool { return b.Deck.Diags.Failed() }) // it no longer asks for its files
	if len(d.asked) != 1 {
		t.Errorf("asked %d times", len(d.asked))
	}
	if err := talk.Close(); err != nil {
		t.Error(err)
	}
}

// Follow asks nobody where nothing is run.
func TestFollowWithoutRunning(t *testing.T) {
	d := outsideDesk(t)
	d.says = Once
	talk, err := Follow(t.Context(), d.options(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b slides.Board
	await(t, talk.Events(t.Context()), &b, func() bool { return b.Deck != nil })
	if err := talk.Close(); err != nil || len(d.asked) > 0 || len(b.Results) > 0 {
		t.Errorf("%v, asked %d times, %d results", err, len(d.asked), len(b.Results))
	}
}

// A program that is no deck's gets what flags grant.
func TestProgram(t *testing.T) {
	d := newDesk(t, "talk/data", "")
	o := d.options()
	o.Allow = permit.Set{{Kind: permit.Read, Arg: "data"}, {Kind: permit.Env, Arg: "SLIDEXEC_UNSET"}}
	r, err := Program(o, filepath.Join(d.dir, "talk"), "bash\n:")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if want := []string{"note: the variable SLIDEXEC_UNSET is not set, so no program gets it"}; !reflect.DeepEqual(d.said, want) {
		t.Errorf("said %q", d.said)
	}
}

// TestCopy: a deck that was parsed again from its own files, without the disk, has the same slides and programs.
func TestCopy(t *testing.T) {
	d := newDesk(t, "config/presenterm/config.yaml", "options: {end_slide_shorthand: true}\n",
		"talk/deck.md", "# One\n\n![](x.png)\n\n---\n\n<!-- include: more/inc.md -->\n\n```bash +exec +id:a\necho a\n```\n",
		"talk/more/inc.md", "# Two\n\n<!-- pause -->\n\n```file\npath: code.sh\nlanguage: bash\n```\n", "talk/x.png", "picture", "talk/more/code.sh", "echo b\n")
	t.Chdir(d.dir)
	o := d.options()
	o.Name = "talk/deck.md"
	first, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	files := make([]*slides.File, len(first.Deck.Files))
	for i, f := range first.Deck.Files {
		files[i] = slides.NewFile(f.Name, f.Path, f.Src)
	}
	t.Chdir("/")
	again := Copy(files, first.Deck.Meta.Options)
	if len(first.Deck.Slides) != 2 || again.Diags.Error() != first.Deck.Diags.Error() || len(again.Slides) != len(first.Deck.Slides) || len(again.Snippets) != len(first.Deck.Snippets) {
		t.Fatalf("%d slides, %d programs, %v; want %d, %d, %v", len(again.Slides), len(again.Snippets), again.Diags, len(first.Deck.Slides), len(first.Deck.Snippets), first.Deck.Diags)
	}
	for i, s := range first.Deck.Snippets {
		if again.Snippets[i].Key != s.Key {
			t.Errorf("the program %s has another key", s.Name())
		}
	}
	for i, s := range first.Deck.Slides {
		if again.Slides[i].Steps != s.Steps {
			t.Errorf("slide %d has %d steps, want %d", i, again.Slides[i].Steps, s.Steps)
		}
	}
}
