package sandbox

import (
	"bytes"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// mountsFrom makes a list of mounts of any text: a line for each, kind, source and place divided by
// commas.
func mountsFrom(text string) []Mount {
	var mounts []Mount
	for line := range strings.Lines(text) {
		f := strings.SplitN(line, ",", 3)
		for len(f) < 3 {
			f = append(f, "")
		}
		m := Mount{Kind: MountKind(f[0]), Src: f[1], Dst: strings.TrimSuffix(f[2], "\n"), Data: []byte(line), Optional: len(line)%2 == 0}
		m.Size, m.Inodes, m.Mode = int64(len(line))-20, int64(len(f[1])), uint32(len(f[2]))
		mounts = append(mounts, m)
	}
	return mounts
}

var mountSeeds = []string{
	"ro,/usr,/usr\ntmpfs,,/work\nfile,,/work/main.sh\n", "file,,/a\nfile,,/a\n", "ro,/usr,/../usr\n", "ro,usr,/usr\n", "rw,/tmp,/proc/x\n",
	"symlink,/../../etc,/bin\nfile,,/bin/x\n", "file,,/\xff\xfe\nfile,,/a\\nb\n", "cow,/usr,/work\nfile,,/work/secret\nout,/tmp,/work/out\n",
	"file,,/.old/x\n", "file,,/dev/shm/x\n", "tmpfs,,/tmp/..\n", "ro,/usr\x00,/x\n", "file,,/" + strings.Repeat("x/", 3000) + "y\n", "nonsense,/,/x\n",
	"tmpfs,,/a/b/c\nro,/usr,/a\nfile,,/a/b\n",
}

// Whatever the mounts, none is planned outside of the new root or where the sandbox makes its own;
// of two at one place the later counts; and each comes after what it is mounted on.
func FuzzMounts(f *testing.F) {
	for _, seed := range mountSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		mounts := mountsFrom(text)
		arranged, err := arrange(mounts)
		if err != nil {
			if !slices.ContainsFunc(mounts, func(m Mount) bool { return m.check() != nil }) {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		at := make(map[string]int)
		for i, m := range arranged {
			if _, twice := at[m.Dst]; twice {
				t.Errorf("two mounts at %q", m.Dst)
			}
			at[m.Dst] = i
			last := slices.IndexFunc(mounts, func(o Mount) bool { return o.Dst == m.Dst })
			for j, o := range mounts {
				if o.Dst == m.Dst {
					last = j
				}
			}
			if last < 0 || !reflect.DeepEqual(m, mounts[last]) {
				t.Errorf("not the last mount at %q", m.Dst)
			}
		}
		for _, m := range mounts {
			i, ok := at[m.Dst]
			if !ok {
				t.Fatalf("the mount at %q is lost", m.Dst)
			}
			for up := path.Dir(m.Dst); up != "/"; up = path.Dir(up) {
				if j, ok := at[up]; ok && j > i {
					t.Errorf("%q is mounted after %q", up, m.Dst)
				}
			}
		}
		checkPlan(t, Policy{Mounts: mounts})
	})
}

// checkPlan plans a policy and looks at where the plan leads.
func checkPlan(t *testing.T, policy Policy) {
	t.Helper()
	// An ordinary user's: the caller of a root's opens the sources while it plans.
	p, err := newPlan(&Cmd{Path: later, Policy: &policy}, identity{uid: 4711, gid: 4711}, []string{"memory"})
	if err != nil {
		return
	}
	defer p.sources.close()
	for _, s := range slices.Concat(p.plan.Setup, p.plan.Init) {
		inside := path.IsAbs(s.Dst) && path.Clean(s.Dst) == s.Dst && !strings.ContainsRune(s.Dst, 0)
		switch s.Op {
		case stage.Dir, stage.Mount, stage.Bind, stage.FileAt, stage.Link, stage.Overlay:
			if !inside || s.Dst == "/" || s.Dst == stage.Old || strings.HasPrefix(s.Dst, stage.Old+"/") {
				t.Errorf("%v at %q", s.Op, s.Dst)
			}
		case stage.WriteFile:
			if !inside || !strings.HasPrefix(s.Dst, "/proc/sys/") && s.Dst != stage.Old+"/self/oom_score_adj" {
				t.Errorf("%v to %q", s.Op, s.Dst)
			}
		}
	}
	b := p.plan.Append(nil)
	again, ok := stage.Decode(b)
	if !ok || !bytes.Equal(again.Append(nil), b) {
		t.Errorf("the plan does not survive its encoding")
	}
	(stage.Request{Plan: &p.plan}).Append(nil)
}

// Any policy is planned or refused. Equal ones are of one kind, and only files that are written
// last may differ.
func FuzzPolicy(f *testing.F) {
	f.Add("ro,/usr,/usr\n", "sandbox", "", int64(0), int64(-1), 3, false)
	f.Add("file,,/box/x\n", "\x00\n\xff", "host", int64(1)<<62, int64(-1)<<62, -1, true)
	f.Add("", strings.Repeat("x", 100), "neither", int64(1), int64(5), 1<<30, false)
	f.Fuzz(func(t *testing.T, mounts, hostname, net string, a, b int64, n int, flag bool) {
		policy := Policy{Mounts: mountsFrom(mounts), Net: Net(net), Nested: n, Hostname: hostname, Degraded: flag, Syscalls: Syscalls{Ptrace: !flag},
			Limits: Limits{Wall: time.Duration(a), CPU: time.Duration(b), Memory: a, Processes: n, Files: int(b), FileSize: b, Tmp: a, Inodes: b, Output: a}}
		checkPlan(t, policy)
		early, kind, late, ok := (&Cmd{Policy: &policy}).sort()
		if !ok {
			return
		}
		other := policy
		other.Mounts = append(slices.Clone(early.Mounts), late...)
		for i := range other.Mounts {
			if slices.ContainsFunc(late, func(m Mount) bool { return m.Dst == other.Mounts[i].Dst }) {
				other.Mounts[i].Data = []byte("other")
			}
		}
		if _, k, l, ok := (&Cmd{Policy: &other}).sort(); !ok || k != kind || len(l) != len(late) {
			t.Errorf("another kind, with %d late files instead of %d", len(l), len(late))
		}
		other.Hostname += "x"
		if _, k, _, _ := (&Cmd{Policy: &other}).sort(); k == kind {
			t.Error("another policy is of the same kind")
		}
	})
}
