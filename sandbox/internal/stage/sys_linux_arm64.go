package stage

const (
	sysSeccomp = 277
	sysStatx   = 291
)
