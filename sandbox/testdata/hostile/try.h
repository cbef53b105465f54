// What every hostile program starts with. TRY says what came of one attempt, by the name of the error.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// What is outside, by argument: a TCP and UDP port, the name of an abstract socket, the key of a
// shared segment, a process of the caller's user, the number of the machine's mount namespace, a
// handle of its network namespace, a directory that anybody may change, and one that is the
// program's to change, with a pipe called alive in it.
#define PORT atoi(argv[1])
#define ABSTRACT argv[2]
#define SEGMENT atoi(argv[3])
#define VICTIM argv[4]
#define MOUNTS strtoull(argv[5], NULL, 10)
#define NETWORK argv[6]
#define BESIDE argv[7]
#define OUT argv[8]

// Where a program that is not stopped may make files: never in the machine's own places.
#define SCRATCH (access(BESIDE, W_OK) ? "/tmp" : BESIDE)

static void say(const char *what, long result) {
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: ok\n", what);
	fflush(stdout);
}
#define TRY(what, call) (errno = 0, say(what, (long)(call)))

static char *in(const char *dir, const char *name) {
	char *path = malloc(4096);
	snprintf(path, 4096, "%s/%s", dir, name);
	return path;
}

// Live until somebody has opened the pipe for writing, or for good. The caller waits until it has
// begun.
static void linger(const char *out, int ready) {
	struct pollfd alive = {open(in(out, "alive"), O_RDONLY | O_NONBLOCK), POLLIN};
	close(ready);
	poll(&alive, 1, -1); // tells of a writer also when that has come and gone
	_exit(0);
}

static void put(const char *path, const char *text) {
	int fd = open(path, O_WRONLY);
	if (fd >= 0) {
		if (write(fd, text, strlen(text)) < 0)
			say(path, -1);
		close(fd);
	}
}

// A nested user namespace, with further ones, in which the caller is root.
static int nest(int more) {
	char uid[32], gid[32];
	snprintf(uid, sizeof uid, "0 %d 1", getuid());
	snprintf(gid, sizeof gid, "0 %d 1", getgid());
	if (unshare(CLONE_NEWUSER | more) < 0)
		return -1;
	put("/proc/self/setgroups", "deny");
	put("/proc/self/uid_map", uid);
	put("/proc/self/gid_map", gid);
	return 0;
}
