package sandbox

// A Pool has sandboxes built in advance: their file systems are mounted, and only the program is
// missing. Each is used once. Run takes one whose policy is the same as the program's. If there is
// none, Run builds one. That is faster than without a Pool, because the process that builds it is
// already there. Results and limits are the same either way.
//
// Policies are the same when they are equal and the sources of their mounts are still the same
// files and directories. The content of files in memory does not count (Mount.Kind File, unless
// something that is not in memory lies above it): it is written when the sandbox is taken.
//
// Methods may be called at the same time. Close the Pool after use. If a caller is killed before
// that, its sandboxes are gone at once, as are those in use.
type Pool struct{ pool }

// NewPool returns a Pool that keeps up to n sandboxes of each policy that Warm was called with.
// There are never more than 8 in all, and one that nobody takes is discarded after half a minute.
func NewPool(n int) *Pool { return &Pool{pool{size: n}} }

// Prepare starts the process that builds sandboxes, in the background. Warm does so too. A caller
// that does not know its policies yet gains time with Prepare.
func (p *Pool) Prepare() { p.prepare() }

// Warm builds sandboxes for programs with the policy, in the background, up to the Pool's number.
// When a program takes one, the Pool builds another. If sandboxes with a policy cannot wait on this
// machine, that is not an error: Run reports real errors. The caller must not change the policy any
// more.
func (p *Pool) Warm(policy Policy) { p.warm(&Cmd{Policy: &policy}) }

// WarmFor is as Warm, for programs that have the Policy of c and streams as c has: Unordered,
// LineByLine and Terminal. Their sizes do not count. Nothing else of c is used. A Pool that keeps
// sandboxes for a policy learns about other streams by itself, from the first program with them.
func (p *Pool) WarmFor(c *Cmd) { p.warm(c) }

// Close discards all sandboxes that nobody has taken, and waits until they are gone. Later calls of
// Run work without them.
func (p *Pool) Close() { p.close() }
