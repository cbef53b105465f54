package stage

import (
	"reflect"
	"testing"
)

// sample has every field set, to show a field that the encoding forgets.
var sample = Plan{
	Setup: []Step{{Op: Bind, Layer: 3, Soft: true, FD: -1, Flags: 1 << 40, Arg: 2, Arg2: 3, Src: "a", Dst: "b", Data: []byte("c")}},
	Init:  []Step{{Op: Mount}, {Op: Detach, Dst: Old}}, Program: []Step{{Op: Exec, Dst: "/bin/true"}},
	Fork: 7, Filter: []byte("filter"), Env: []string{"A=1", ""}, Argv: []string{"true"}, Keep: true,
}

func TestWire(t *testing.T) {
	got, ok := Decode(sample.Append(nil))
	for _, steps := range [][]Step{got.Init, got.Program} {
		for i := range steps {
			steps[i].Data = nil // empty and nil mean the same
		}
	}
	if !ok || !reflect.DeepEqual(*got, sample) {
		t.Errorf("got %+v, %v, want %+v", got, ok, sample)
	}
	f := Failure{Phase: InInit, Step: 1, Call: 2, Errno: 3}
	if got, ok := DecodeFailure(f.Append(nil)); !ok || got != f {
		t.Errorf("got %+v, %v, want %+v", got, ok, f)
	}
	m := Message{Kind: Ended, Status: 1, N: 2, CPU: 1 << 40, RSS: 3}
	if got, ok := DecodeMessage(m.Append(nil)); !ok || got != m {
		t.Errorf("got %+v, %v, want %+v", got, ok, m)
	}
}

func TestOpNames(t *testing.T) {
	for op := Op(1); op < numOps; op++ {
		if op.String() == Op(0).String() {
			t.Errorf("step %d has no name", op)
		}
	}
}

// FuzzWire feeds bytes of any origin to the decoders, which must say no rather than fail, and
// must read back what they write.
func FuzzWire(f *testing.F) {
	f.Add(sample.Append(nil))
	f.Add(Failure{Phase: InStage}.Append(nil))
	f.Add(Message{Kind: Forked}.Append(nil))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		DecodeFailure(b)
		DecodeMessage(b)
		p, ok := Decode(b)
		if !ok {
			return
		}
		again, ok := Decode(p.Append(nil))
		if !ok || !reflect.DeepEqual(p, again) {
			t.Errorf("%+v became %+v", p, again)
		}
	})
}
