package stage

import (
	"bytes"
	"testing"
	"unsafe"
)

// every is a plan with all kinds of steps that are calls.
func every() *Plan {
	p := &Plan{Filter: make([]byte, 16), Env: []string{"A=1"}, Argv: []string{"x", "y"}}
	for op := Op(1); op < numOps; op++ {
		if rawSteps[op] != nil {
			p.Setup = append(p.Setup, Step{Op: op, FD: -1, Arg: 3, Src: "/a/b", Dst: "/c/d", Data: []byte("data"), Flags: 1})
		}
	}
	p.Init, p.Program = p.Setup, append(p.Setup, Step{Op: Await})
	return p
}

// aligned copies b to where a block may be.
func aligned(b []byte) (unsafe.Pointer, []byte) {
	mem := make([]uint64, len(b)/8+2)
	base := unsafe.Pointer(&mem[0])
	out := unsafe.Slice((*byte)(base), len(b))
	copy(out, b)
	return base, out
}

// Whatever the bytes, relocate says no or leaves pointers into the block alone.
func FuzzBlock(f *testing.F) {
	block, bad := compileSteps(every(), every().Setup, 0)
	if bad >= 0 {
		f.Fatalf("step %d cannot be compiled", bad)
	}
	f.Add(block)
	f.Add(block[:headSize])
	f.Add(Request{Plan: every(), Clone: 1 << 28, UID: 5, GID: 6, Switch: true}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		base, moved := aligned(b)
		if uint64(len(b)) >= headSize && relocate(base, uint64(len(b))) {
			head := (*blockHead)(base)
			fixes := headSize + head.calls*callSize
			data := fixes + 8*head.fixes
			for i := range head.fixes {
				at := *(*uint64)(unsafe.Add(base, fixes+8*i))
				word := *(*uintptr)(unsafe.Add(base, at))
				if word < uintptr(base)+uintptr(data) || word >= uintptr(base)+uintptr(len(moved)) {
					t.Errorf("offset %d became a pointer out of the block", at)
				}
			}
		}
		base, _ = aligned(b)
		newChild().accept(base, uint64(len(b)))
	})
}

// What was compiled for elsewhere points, once it is here, to what it was compiled of.
func TestBlock(t *testing.T) {
	p := &Plan{Argv: []string{"argument", ""}, Env: []string{"A=1"}}
	p.Program = []Step{{Op: Await}, {Op: LateFile, Dst: "/box/d/main", Data: []byte("content"), Flags: 0o640}, {Op: Exec, Dst: "/bin/x"}}
	b, ok := p.Late()
	if !ok {
		t.Fatal("it cannot be compiled")
	}
	var list calls
	base, moved := aligned(b)
	if !relocate(base, uint64(len(moved))) {
		t.Fatal("it cannot be relocated")
	}
	list.of(base)
	text := func(at uintptr) string {
		rest := moved[at-uintptr(base):]
		return string(rest[:bytes.IndexByte(rest, 0)])
	}
	word := func(at uintptr) uintptr { return *(*uintptr)(unsafe.Add(base, at-uintptr(base))) }
	var got []string
	for i := range list.n {
		c := list.at(i)
		switch {
		case c.mode&whole != 0:
			got = append(got, text(c.a[1])[:c.a[2]])
		case c.mode&try != 0:
			got = append(got, text(c.a[0]), text(word(c.a[1])), text(word(c.a[1]+8)), text(word(c.a[2])))
			if word(c.a[1]+16) != 0 || word(c.a[2]+8) != 0 || c.step != 2 {
				t.Errorf("lists do not end, or the step is %d", c.step)
			}
		case c.from == rootSlot:
			got = append(got, text(c.a[1]))
		}
	}
	want := []string{"box", "box/d", "box/d/main", "content", "/bin/x", "argument", "", "A=1"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
