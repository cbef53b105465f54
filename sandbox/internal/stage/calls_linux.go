package stage

import "unsafe"

// Init and the program make only raw system calls, all of them prepared. After a fork of a Go
// process only one thread exists, and it must not enter the runtime, which other threads may have
// left locked. The calls with everything that they point to lie in one block of memory without an
// address. So they can be prepared anywhere, also in the caller's process for a program that is
// forked already. The process that makes the calls only turns offsets into pointers (relocate).
//
// A block begins with a blockHead. Then come the calls, then the places that hold offsets, eight
// bytes each, then strings and structs. Numbers have the machine's size and order; another process
// of the same executable reads the block.

// A call is one raw system call.
type call struct {
	nr   uintptr
	a    [6]uintptr
	step uint32
	mode mode
	skip uint16 // how many calls to skip, see mode
	from slot   // where the first argument is; 0: it is a[0]
	to   slot   // where the result is stored; 0: nowhere
	kind uint32 // of the message that passes the result on, see mode
}

// A slot holds the result of a call for later calls.
type slot uint16

const (
	_         slot = iota
	last           // the result of the call before
	rootSlot       // the root for late files
	peerSlot       // the program's end of its terminal
	firstSlot      // the first slot that a plan numbers itself
	numSlots  slot = 512
)

// mode says which failures are ignored, and how to go on then.
type mode uint16

const (
	soft     mode = 1 << iota // a failure is ignored, and calls that depend on it are skipped
	try                       // go on if the program does not exist
	untilBad                  // EINVAL is not a failure: the argument is beyond the last one known
	exists                    // EEXIST is not a failure
	keyless                   // ENOSYS and EPERM are not a failure
	orElse                    // skip if something exists already, or if it cannot be changed
	jump                      // no call, only a skip
	whole                     // a result smaller than the third argument is a failure
	passed                    // the result is a descriptor that is passed to the caller and closed here
	denied                    // anything but EPERM is a failure
	identity                  // the result of the call must match the Identity stored after it
)

type blockHead struct{ size, calls, fixes uint64 }

const (
	headSize = uint64(unsafe.Sizeof(blockHead{}))
	callSize = uint64(unsafe.Sizeof(call{}))
)

// An arg is an argument of a call: a number, or the offset of something in the block's data.
type arg struct {
	n      uintptr
	offset bool
}

func num[T ~int | ~int32 | ~uint64 | ~uintptr](n T) arg { return arg{n: uintptr(n)} }

// at is AT_FDCWD as an argument.
var at = arg{n: cwd}

// A compiler turns steps into a block.
type compiler struct {
	plan *Plan
	out  []call
	args [][6]bool // which arguments of the calls are offsets
	data []byte
	refs []uint64        // the places in data that hold offsets
	made map[string]bool // directories that exist
	bad  bool            // a step has a number that is too large
	step uint32
	mode mode
}

// add adds a call and returns it, to be completed before the next one.
func (c *compiler) add(nr uintptr, args ...arg) *call {
	k := call{nr: nr, step: c.step, mode: c.mode}
	var offsets [6]bool
	for i, a := range args {
		k.a[i], offsets[i] = a.n, a.offset
	}
	c.out, c.args = append(c.out, k), append(c.args, offsets)
	return &c.out[len(c.out)-1]
}

// with adds a call whose first argument is in a slot.
func (c *compiler) with(from slot, nr uintptr, args ...arg) *call {
	k := c.add(nr, append([]arg{{}}, args...)...)
	k.from = from
	return k
}

func (c *call) keep(to slot) { c.to = to }

func (c *call) allow(m mode) *call {
	c.mode |= m
	return c
}

// pass sends the result to the caller in a message of a kind.
func (c *call) pass(kind byte) { c.mode, c.kind = c.mode|passed, uint32(kind) }

// bytes puts b into the block, aligned for any struct.
func (c *compiler) bytes(b []byte) arg {
	at := len(c.data)
	c.data = append(c.data, b...)
	c.data = append(c.data, make([]byte, -len(c.data)&7)...)
	return arg{uintptr(at), true}
}

// str gives the address of a C string. A zero byte would cut it short, so callers refuse strings
// from elsewhere that have one.
func (c *compiler) str(s string) arg {
	at := len(c.data)
	c.data = append(append(c.data, s...), 0)
	c.data = append(c.data, make([]byte, -len(c.data)&7)...)
	return arg{uintptr(at), true}
}

// words gives the address of an array of numbers, or of a struct of them.
func (c *compiler) words(list ...arg) arg {
	at := len(c.data)
	for i, a := range list {
		c.data = native64(c.data, uint64(a.n))
		if a.offset {
			c.refs = append(c.refs, uint64(at+8*i))
		}
	}
	return arg{uintptr(at), true}
}

// vector gives the address of a list of C strings with a zero at its end.
func (c *compiler) vector(list []string) arg {
	v := make([]arg, len(list)+1)
	for i, s := range list {
		v[i] = c.str(s)
	}
	return c.words(v...)
}

func native64(b []byte, n uint64) []byte {
	return append(b, (*[8]byte)(unsafe.Pointer(&n))[:]...)
}

// block lays everything out.
func (c *compiler) block() []byte {
	fixes := uint64(len(c.refs))
	for _, a := range c.args {
		for _, offset := range a {
			if offset {
				fixes++
			}
		}
	}
	callsAt, fixesAt := headSize, headSize+callSize*uint64(len(c.out))
	dataAt := fixesAt + 8*fixes
	b := make([]byte, 0, dataAt+uint64(len(c.data)))
	b = native64(native64(native64(b, dataAt+uint64(len(c.data))), uint64(len(c.out))), fixes)
	list := make([]byte, 0, 8*fixes)
	for i := range c.out {
		k := c.out[i]
		for j, offset := range c.args[i] {
			if offset {
				k.a[j] += uintptr(dataAt)
				list = native64(list, callsAt+uint64(i)*callSize+uint64(unsafe.Offsetof(k.a))+8*uint64(j))
			}
		}
		b = append(b, (*[callSize]byte)(unsafe.Pointer(&k))[:]...)
	}
	for _, at := range c.refs {
		p := (*uint64)(unsafe.Pointer(&c.data[at]))
		*p += dataAt
		list = native64(list, dataAt+at)
	}
	return append(append(b, list...), c.data...)
}

// relocate turns a block's offsets into pointers, after checking that they all lie within the
// block. The block must begin at a multiple of eight.
//
//go:norace
//go:nosplit
//go:nocheckptr
func relocate(base unsafe.Pointer, size uint64) bool {
	head := (*blockHead)(base)
	if size < headSize || head.size != size || head.calls > size/callSize || head.fixes > size/8 {
		return false
	}
	fixes := headSize + head.calls*callSize
	data := fixes + 8*head.fixes
	if data > size {
		return false
	}
	for i := uint64(0); i < head.calls; i++ {
		c := (*call)(unsafe.Add(base, headSize+i*callSize))
		if c.from >= numSlots || c.to >= numSlots {
			return false
		}
	}
	for i := uint64(0); i < head.fixes; i++ {
		at := *(*uint64)(unsafe.Add(base, fixes+8*i))
		inCalls, inData := at >= headSize && at < fixes, at >= data && at < size
		if at%8 != 0 || at > size-8 || !inCalls && !inData {
			return false
		}
		word := (*uintptr)(unsafe.Add(base, at))
		if uint64(*word) < data || uint64(*word) >= size {
			return false
		}
		*word += uintptr(base)
	}
	return true
}

// calls are the calls of one program: their place and number.
type calls struct {
	first uintptr // *call, as a number: writing a pointer needs the collector, which a fork must not enter
	n     uint64
}

//go:norace
//go:nosplit
//go:nocheckptr
func (c *calls) of(base unsafe.Pointer) {
	c.first, c.n = uintptr(base)+uintptr(headSize), (*blockHead)(base).calls
}

//go:norace
//go:nosplit
//go:nocheckptr
func (c *calls) at(i uint64) *call {
	return (*call)(unsafe.Add(unsafe.Pointer(nil), c.first+uintptr(i*callSize)))
}

// compileSteps makes a block of steps, whose numbers begin with first, or returns the number of a
// step that neither init nor the program can do.
func compileSteps(p *Plan, steps []Step, first int) (block []byte, bad int) {
	c := &compiler{plan: p, made: make(map[string]bool), // room enough for most plans
		out: make([]call, 0, 4*len(steps)+80), args: make([][6]bool, 0, 4*len(steps)+80), data: make([]byte, 0, 2<<10+128*len(steps))}
	for i := range steps {
		s := &steps[i]
		if s.Op >= numOps || rawSteps[s.Op] == nil {
			return nil, first + i
		}
		c.step, c.mode = uint32(first+i), 0
		if s.Soft {
			c.mode = soft
		}
		rawSteps[s.Op](c, s)
	}
	if c.bad {
		return nil, first
	}
	return c.block(), -1
}

// Late makes the message that starts a waiting program: the steps of Program behind Await.
func (p *Plan) Late() ([]byte, bool) {
	for i := range p.Program {
		if p.Program[i].Op == Await {
			block, bad := compileSteps(p, p.Program[i+1:], i+1)
			return block, bad < 0
		}
	}
	return nil, false
}

// load relocates a block that this process compiled itself, and keeps it.
func (c *calls) load(b []byte) bool {
	mem := make([]uint64, (len(b)+7)/8)
	base := unsafe.Pointer(&mem[0])
	copy(unsafe.Slice((*byte)(base), len(b)), b)
	keep(base)
	if !relocate(base, uint64(len(b))) {
		return false
	}
	c.of(base)
	return true
}

// keptPointers does for other pointers what kept does for strings.
var keptPointers []unsafe.Pointer

func keep(p unsafe.Pointer) {
	keptPointers = append(keptPointers, p)
}
