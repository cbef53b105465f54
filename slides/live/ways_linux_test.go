package live

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// listening is a notifier whose words are kept until somebody asks.
type listening struct {
	*notifier
	t    *testing.T
	said chan string
}

func listen(t *testing.T) listening {
	t.Helper()
	said, over := make(chan string), make(chan struct{})
	n, err := newNotifier(func(name string) bool {
		select {
		case said <- name:
			return true
		case <-over:
			return false
		}
	})
	try(t, err)
	t.Cleanup(func() { close(over); _ = n.Close() })
	if n.mounts == nil {
		t.Error("changes of mounts are not told")
	}
	return listening{n, t, said}
}

// changed waits until some way may have changed.
func (l listening) changed() {
	l.t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case name := <-l.said:
			if name == "" {
				return
			}
		case <-late:
			l.t.Fatal("the change sends no event")
		}
	}
}

// shell does the usual things to files; a line is a command.
func shell(t *testing.T, script string) {
	t.Helper()
	for line := range strings.Lines(script) {
		arg := strings.Fields(line)
		if len(arg) == 0 {
			continue
		}
		var err error
		switch arg[0] {
		case "mkdir":
			err = os.MkdirAll(arg[1], 0o755)
		case "write":
			err = os.WriteFile(arg[1], []byte(arg[2]), 0o600)
		case "save": // atomically
			err = errors.Join(os.WriteFile(arg[1]+"~", []byte(arg[2]), 0o600), os.Rename(arg[1]+"~", arg[1]))
		case "mv":
			err = os.Rename(arg[1], arg[2])
		case "swap":
			err = unix.Renameat2(unix.AT_FDCWD, arg[1], unix.AT_FDCWD, arg[2], unix.RENAME_EXCHANGE)
		case "rm":
			err = os.Remove(arg[1])
		case "ln":
			err = os.Symlink(arg[1], arg[2])
		case "lnf": // as ln -sfn
			err = errors.Join(os.Symlink(arg[1], arg[2]+"~"), os.Rename(arg[2]+"~", arg[2]))
		case "link":
			err = os.Link(arg[1], arg[2])
		case "lock":
			err = os.Chmod(arg[1], 0)
		case "hide": // may be passed, not read
			err = os.Chmod(arg[1], 0o311)
		case "stand":
			var f *os.File
			if f, err = os.Open(arg[1]); err == nil {
				t.Cleanup(func() { _ = f.Close() })
			}
		case "cd":
			t.Chdir(arg[1])
		case "bind":
			if err = unix.Mount(arg[1], arg[2], "", unix.MS_BIND, ""); err == nil {
				at, _ := filepath.Abs(arg[2])
				t.Cleanup(func() { _ = unix.Unmount(at, unix.MNT_DETACH) })
			}
		case "umount":
			err = unix.Unmount(arg[1], unix.MNT_DETACH)
		default:
			t.Fatalf("no command %q", arg[0])
		}
		if err != nil {
			t.Fatalf("%s: %v", strings.TrimSpace(line), err)
		}
	}
}

// detour is a change that makes a path lead elsewhere, or a file change, without an event in the folder
// that its path names.
type detour struct {
	name, before, path, happens string
	absolute                    bool // the path
}

func (c detour) try(t *testing.T) {
	base := t.TempDir()
	t.Chdir(base)
	shell(t, strings.ReplaceAll(c.before, "$PWD", base))
	t.Cleanup(func() {
		_ = errors.Join(os.Chmod(filepath.Join(base, "a"), 0o700), os.Chmod(filepath.Join(base, "x"), 0o700))
	})
	if c.absolute {
		c.path = filepath.Join(base, c.path)
	}
	l := listen(t)
	if sure := l.ways([]string{c.path}); !sure && kindOf(base) != mute[0] {
		t.Error("not every change would send an event")
	}
	shell(t, c.happens)
	l.changed()
}

func TestWays(t *testing.T) {
	for _, c := range []detour{
		{name: "folder renamed", before: "mkdir a/b/c\nwrite a/b/c/deck x", path: "a/b/c/deck", happens: "mv a/b/c a/b/d"},
		{name: "its parent", before: "mkdir a/b/c\nwrite a/b/c/deck x", path: "a/b/c/deck", happens: "mv a/b a/x"},
		{name: "its grandparent", before: "mkdir a/b/c\nwrite a/b/c/deck x", path: "a/b/c/deck", happens: "mv a x"},
		{name: "absolute", before: "mkdir a/b/c\nwrite a/b/c/deck x", path: "a/b/c/deck", happens: "mv a x", absolute: true},
		{name: "folders swapped", before: "mkdir a\nmkdir b\nwrite a/deck x\nwrite b/deck y", path: "a/deck", happens: "swap a b"},
		{name: "not to be passed any more", before: "mkdir a/b\nwrite a/b/deck x", path: "a/b/deck", happens: "lock a"},

		{name: "link replaced", before: "mkdir v1/c\nmkdir v2/c\nln v1 now\nwrite v1/c/deck x", path: "now/c/deck", happens: "lnf v2 now"},
		{name: "link removed", before: "mkdir v1\nln v1 now\nwrite v1/deck x", path: "now/deck", happens: "rm now"},
		{name: "absolute link", before: "mkdir a/b\nwrite a/b/deck x\nln $PWD/a/b now", path: "now/deck", happens: "mv a x"},
		{name: "folder behind a link", before: "mkdir a/v1\nln a/v1 now\nwrite a/v1/deck x", path: "now/deck", happens: "mv a x"},
		{name: "link behind a link", before: "mkdir a/v1\nln a/v1 now\nln now talk\nwrite a/v1/deck x", path: "talk/deck", happens: "lnf x now"},
		{name: "link to a link to a file", before: "mkdir a\nmkdir b\nwrite b/deck x\nln ../b/deck a/deck\nln a/deck deck", path: "deck", happens: "lnf ../x a/deck"},
		{name: "link up", before: "mkdir a/b\nmkdir c\nwrite c/deck x\nln ../../c a/b/talk", path: "a/b/talk/deck", happens: "mv c x"},
		{name: "link in a circle", before: "ln two one\nln one two", path: "one/deck", happens: "lnf x two"},

		{name: "missing folder", before: "mkdir a", path: "a/b/deck", happens: "mkdir a/b"},
		{name: "missing folders", path: "a/b/c/deck", happens: "mkdir a"},
		{name: "missing target", before: "ln a/b now", path: "now/deck", happens: "mkdir a"},
		{name: "file in place of a folder", before: "write a x", path: "a/deck", happens: "rm a"},
		{name: "link to a file in place of a folder", before: "mkdir b\nwrite b/a x\nln b/a a", path: "a/deck", happens: "rm b/a"},
		{name: "empty folder with somebody in it", before: "mkdir a/b\nstand a/b", path: "a/b/deck", happens: "rm a/b"},

		{name: "parent of where we are", before: "mkdir a/b\nmkdir c\nwrite a/deck x\ncd a/b", path: "../deck", happens: "mv ../../a/b ../../c/b"},
		{name: "folder beside its parent", before: "mkdir a/b\nmkdir c/d\nwrite c/d/deck x\ncd a/b", path: "../../c/d/deck", happens: "mv ../../c ../../x"},
		{name: "file with two names", before: "mkdir a\nmkdir b\nwrite a/deck x\nlink a/deck b/deck", path: "a/deck", happens: "write b/deck y"},
	} {
		t.Run(c.name, c.try)
	}
	t.Run("folder that may not be read", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root may read every folder")
		}
		detour{before: "mkdir a/b\nwrite a/b/deck x\nhide a", path: "a/b/deck", happens: "mv a x"}.try(t)
	})
}

// TestMounted mounts and unmounts what a way leads through.
func TestMounted(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	for _, c := range []detour{
		{name: "mounted", before: "mkdir a/b\nmkdir c/b\nwrite a/b/deck x", path: "a/b/deck", happens: "bind c a"},
		{name: "unmounted", before: "mkdir a/b\nmkdir c/b\nwrite a/b/deck x\nbind c a", path: "a/b/deck", happens: "umount a"},
		{name: "file", before: "mkdir a\nmkdir c\nwrite a/deck x\nwrite c/deck y\nbind c/deck a/deck", path: "a/deck", happens: "write c/deck z"},
	} {
		t.Run(c.name, c.try)
	}
}

// TestMountedTalk is what a talk makes of it.
func TestMountedTalk(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	t.Chdir(t.TempDir())
	shell(t, "mkdir stick\nmkdir home\nwrite stick/deck mounted\nbind stick home")
	w := Watch()
	defer w.Close()
	w.Files([]string{"home/deck"}, time.Now())
	for range 2 {
		shell(t, "umount home")
		if got := next(t, w, "home/deck"); got != "gone" {
			t.Errorf("unmounted, the file holds %q", got)
		}
		shell(t, "bind stick home")
		if got := next(t, w, "home/deck"); got != "mounted" {
			t.Errorf("mounted again, the file holds %q", got)
		}
	}
	shell(t, "save stick/deck edited")
	if got := next(t, w, "home/deck"); got != "edited" {
		t.Errorf("after an edit the file holds %q", got)
	}
}

// TestFollowsWays: after a change of the way a file is watched where it is now, even if it looks the
// same.
func TestFollowsWays(t *testing.T) {
	t.Chdir(t.TempDir())
	shell(t, "mkdir v1\nmkdir v2\nwrite v1/deck old\nlink v1/deck v2/deck\nln v1 now\nwrite other x")
	w := Watch()
	defer w.Close()
	w.Files([]string{"now/deck", "other"}, time.Now())
	shell(t, "lnf v2 now\nwrite other y") // events come in their order
	next(t, w, "other")
	if _, watched := w.dirs["v2"]; !watched {
		t.Error("the folder where the file is now is not watched")
	}
	shell(t, "save v2/deck new")
	if got := next(t, w, "now/deck"); got != "new" {
		t.Errorf("the file holds %q", got)
	}
}

// TestEventOfRemovedMark: a folder went away while its watch was being replaced. The event says so
// too late.
func TestEventOfRemovedMark(t *testing.T) {
	n := listen(t)
	event := func(mask uint32) []byte {
		b := binary.NativeEndian.AppendUint32(nil, 77)
		return append(binary.NativeEndian.AppendUint32(b, mask), make([]byte, 8)...)
	}
	if got := n.names(event(unix.IN_MOVE_SELF)); len(got) != 1 || got[0] != "" {
		t.Errorf("it tells %q", got)
	}
	if got := n.names(event(unix.IN_IGNORED)); len(got) != 0 {
		t.Errorf("the end of a mark tells %q", got)
	}
}

// TestWaysFirst: who hears of a changed file may read it at once, so he must know by then that it is
// somewhere else.
func TestWaysFirst(t *testing.T) {
	t.Chdir(t.TempDir())
	n := listen(t)
	try(t, n.watch("."))
	var events []byte
	for wd := range n.marks {
		for _, e := range []struct {
			wd   int
			mask uint32
			name string
		}{{wd, unix.IN_MODIFY, "deck"}, {wd + 1, unix.IN_MOVE_SELF, ""}} {
			events = binary.NativeEndian.AppendUint32(events, uint32(e.wd))
			events = binary.NativeEndian.AppendUint32(events, e.mask)
			events = binary.NativeEndian.AppendUint32(append(events, 0, 0, 0, 0), uint32(len(e.name)))
			events = append(events, e.name...)
		}
	}
	if got, want := n.names(events), []string{"", "deck"}; !slices.Equal(got, want) {
		t.Errorf("it tells %q, want %q", got, want)
	}
}

// TestQuietWays counts what the kernel tells us about: what others do in a folder on the way does not
// wake us, unless something is missing there.
func TestQuietWays(t *testing.T) {
	t.Chdir(t.TempDir())
	shell(t, "mkdir a/b\nwrite a/b/deck x")
	n := listen(t)
	told := func(path string) uint64 {
		t.Helper()
		var st unix.Stat_t
		try(t, unix.Stat(path, &st))
		info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", n.fd))
		try(t, err)
		var mask uint64
		m := regexp.MustCompile(fmt.Sprintf(`ino:%x sdev:\S+ mask:([0-9a-f]+)`, st.Ino)).FindSubmatch(info)
		if m != nil {
			_, err = fmt.Sscanf(string(m[1]), "%x", &mask)
			try(t, err)
		}
		return mask & unix.IN_ALL_EVENTS
	}
	for _, step := range []struct {
		happens, paths string
		a, b           uint64
	}{
		{"", "a/b/deck", fate, fate},
		{"", "a/b/deck a/x/deck", entries, fate},
		{"mkdir a/x\nwrite a/x/y x", "a/b/deck a/x/y", fate, fate},
		{"rm a/b/deck", "a/b/deck", entries, entries},
		{"write a/b/deck x", "a/b/deck", fate, fate},
		{"", "deck", 0, 0},
	} {
		shell(t, step.happens)
		n.ways(strings.Fields(step.paths))
		if a, b := told("a"), told("a/b"); a != step.a || b != step.b {
			t.Errorf("%q with %s: the kernel tells %x of a and %x of a/b, want %x and %x", step.happens, step.paths, a, b, step.a, step.b)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.marks) != 1 {
		t.Errorf("%d marks, want one", len(n.marks))
	}
}

// TestFewWatches runs out of what the kernel grants a user: we look more often then.
func TestFewWatches(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	t.Chdir(t.TempDir())
	shell(t, "mkdir a/b/c\nmkdir d\nwrite d/deck old\nlink d/deck a/deck")
	grant := func(what, n string) {
		t.Helper()
		try(t, os.WriteFile("/proc/sys/user/max_inotify_"+what, []byte(n), 0))
	}
	for _, tt := range []struct {
		what, n string
		poll    time.Duration
		path    string
		happens string
		then    string
	}{
		{"watches", "3", hardly, "a/b/c/deck", "mv a x", "gone"}, // three folders
		{"watches", "2", often, "a/b/c/deck", "save a/b/c/deck new", "new"},
		{"watches", "1", seldom, "d/deck", "write a/deck new", "new"}, // the folder, but not its file with two names
		{"instances", "0", often, "a/b/c/deck", "mv a x", "gone"},
	} {
		t.Run(tt.what+tt.n, func(t *testing.T) {
			shell(t, "write a/b/c/deck old")
			grant(tt.what, tt.n)
			defer grant(tt.what, "100")
			w := Watch()
			defer w.Close()
			w.Files([]string{tt.path}, time.Now())
			want := tt.poll
			if kindOf(".") == mute[0] {
				want = min(want, seldom)
			}
			if w.poll != want {
				t.Errorf("a look every %v, want %v", w.poll, want)
			}
			shell(t, tt.happens)
			if got := next(t, w, tt.path); got != tt.then {
				t.Errorf("the file holds %q", got)
			}
			if tt.then == "gone" {
				shell(t, "mv x a")
				if got := next(t, w, tt.path); got != "old" {
					t.Errorf("back, the file holds %q", got)
				}
			}
		})
	}
}
