package sandbox

// A Pool has sandboxes built in advance: their file systems are mounted, and only the program is
// missing. Each is used once. Run takes one whose policy is the same as the program's. Where there
// is none it builds one, faster than without a Pool: the process that does so is there. Results and
// limits are the same either way.
//
// Policies are the same when they are equal and the sources of their mounts are still the same
// files and directories. The content of files in memory does not count (Mount.Kind File, unless
// something that is not in memory lies above it): it is written when the sandbox is taken.
//
// The methods may be called at the same time. Close the Pool after use; the sandboxes of a caller
// that is killed before are gone at once, as are those in use.
type Pool struct{ pool }

// NewPool returns a Pool that keeps up to n sandboxes of each policy that Warm was called with.
// There are never more than 8 in all, and one that nobody takes is discarded after half a minute.
func NewPool(n int) *Pool { return &Pool{pool{size: n}} }

// Prepare starts the process that builds sandboxes, in the background. Warm does so too; a caller
// that does not know yet with which policies it will run programs gains time by it.
func (p *Pool) Prepare() { p.prepare() }

// Warm builds sandboxes for programs with the policy, in the background, up to the Pool's number.
// Later they are replaced as they are taken. A policy that this machine cannot keep waiting is
// not an error: Run says what is wrong, if anything is. The policy must not be changed any more.
func (p *Pool) Warm(policy Policy) { p.warm(policy) }

// Close discards all sandboxes that nobody has taken, and waits until they are gone. Run goes on
// to work, without them.
func (p *Pool) Close() { p.close() }
