package stage

// The encoding is private to one executable, whose two halves are always of one build, so it needs
// no versions. Numbers are little-endian and of fixed size; strings and lists have their length
// before them. Decoding checks lengths all the same: the plan of another build must not become a
// panic.

// Append adds the encoded plan to b.
func (p *Plan) Append(b []byte) []byte {
	b = appendSteps(b, p.Setup)
	b = appendSteps(b, p.Init)
	b = appendSteps(b, p.Program)
	b = append64(b, p.Fork)
	b = appendString(b, string(p.Filter))
	b = appendStrings(b, p.Env)
	b = appendStrings(b, p.Argv)
	return append32(append32(append(b, boolByte(p.Keep)), p.CellsFD), p.Cell)
}

// Decode reads what Append wrote; all of b must be used.
func Decode(b []byte) (*Plan, bool) {
	d := decoder{b: b}
	p := &Plan{Setup: d.steps(), Init: d.steps(), Program: d.steps(), Fork: d.u64(), Filter: d.bytes(), Env: d.strings(), Argv: d.strings(), Keep: d.flag(), CellsFD: d.u32(), Cell: d.u32()}
	return p, !d.bad && len(d.b) == 0
}

// Append adds the encoded failure to b.
func (f Failure) Append(b []byte) []byte {
	return append32(append32(append32(append32(b, uint32(f.Phase)), f.Step), f.Call), f.Errno)
}

// FailureSize is the number of bytes of an encoded Failure.
const FailureSize = 16

// DecodeFailure reads a Failure.
func DecodeFailure(b []byte) (Failure, bool) {
	d := decoder{b: b}
	f := Failure{Phase: Phase(d.u32()), Step: d.u32(), Call: d.u32(), Errno: d.u32()}
	return f, !d.bad && len(d.b) == 0
}

// MessageSize is the number of bytes of an encoded Message.
const MessageSize = 32

// Append adds the encoded message to b.
func (m Message) Append(b []byte) []byte {
	b = append32(append32(append32(append32(b, uint32(m.Kind)), m.Status), m.N), 0)
	return append64(append64(b, m.CPU), m.RSS)
}

// DecodeMessage reads a Message.
func DecodeMessage(b []byte) (Message, bool) {
	d := decoder{b: b}
	m := Message{Kind: byte(d.u32()), Status: d.u32(), N: d.u32()}
	d.u32()
	m.CPU, m.RSS = d.u64(), d.u64()
	return m, !d.bad && len(d.b) == 0
}

func append32(b []byte, n uint32) []byte {
	return append(b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}

func append64(b []byte, n uint64) []byte { return append32(append32(b, uint32(n)), uint32(n>>32)) }

func boolByte(v bool) byte {
	if v {
		return 1
	}
	return 0
}

func appendString(b []byte, s string) []byte { return append(append32(b, uint32(len(s))), s...) }

func appendStrings(b []byte, list []string) []byte {
	b = append32(b, uint32(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func appendSteps(b []byte, steps []Step) []byte {
	b = append32(b, uint32(len(steps)))
	for i := range steps {
		s := &steps[i]
		b = append(b, byte(s.Op), s.Layer, boolByte(s.Soft), 0)
		b = append32(b, uint32(s.FD))
		b = append64(append64(append64(b, s.Flags), s.Arg), s.Arg2)
		b = appendString(appendString(appendString(b, s.Src), s.Dst), string(s.Data))
	}
	return b
}

// A decoder reads from the front of b. Once bad, every read gives zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) take(n uint32) []byte {
	if d.bad || uint64(n) > uint64(len(d.b)) {
		d.bad = true
		return nil
	}
	b := d.b[:n:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) flag() bool {
	b := d.take(1)
	return b != nil && b[0] != 0
}

func (d *decoder) u32() uint32 {
	b := d.take(4)
	if b == nil {
		return 0
	}
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func (d *decoder) u64() uint64 {
	low := d.u32()
	return uint64(low) | uint64(d.u32())<<32
}

func (d *decoder) bytes() []byte { return d.take(d.u32()) }

func (d *decoder) string() string { return string(d.bytes()) }

// count reads the length of a list whose entries take at least size bytes each, and checks it
// against the rest of the input, so that a wrong length cannot ask for too much memory.
func (d *decoder) count(size int) int {
	n := d.u32()
	if uint64(n)*uint64(size) > uint64(len(d.b)) {
		d.bad = true
		return 0
	}
	return int(n)
}

func (d *decoder) strings() []string {
	list := make([]string, d.count(4))
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) steps() []Step {
	steps := make([]Step, d.count(4+4+3*8+3*4))
	for i := range steps {
		head := d.take(4)
		if head == nil {
			return nil
		}
		s := &steps[i]
		s.Op, s.Layer, s.Soft = Op(head[0]), head[1], head[2] != 0
		s.FD = int32(d.u32())
		s.Flags, s.Arg, s.Arg2 = d.u64(), d.u64(), d.u64()
		s.Src, s.Dst, s.Data = d.string(), d.string(), d.bytes()
	}
	return steps
}
