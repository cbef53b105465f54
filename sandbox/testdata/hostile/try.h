// What every hostile program starts with. TRY says what came of one attempt, by the name of the error.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <netinet/in.h>
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

static void say(const char *what, long result) {
	if (result < 0)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: ok\n", what);
	fflush(stdout);
}
#define TRY(what, call) (errno = 0, say(what, (long)(call)))

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
