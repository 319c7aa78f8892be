/* A foreign SCTP peer for tests/interop_usrsctp.rs: usrsctp over UDP encapsulation (RFC 6951).
 *
 * usrsctp_peer listen|connect UDP_PORT SCTP_PORT REMOTE_UDP_PORT
 *
 * It echoes every message on the stream and with the payload protocol identifier it came with.
 * Three messages are orders instead: "close" shuts the association down, "abort" aborts it, "die"
 * ends the process without a word. What happens is written to stdout, one word a line:
 * listening, up, then how it ended: eof (orderly) or reset.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <usrsctp.h>

static char message[300000];

static void say(const char *word)
{
    puts(word);
    fflush(stdout);
}

static void fail(const char *what)
{
    fprintf(stderr, "usrsctp_peer: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void set(struct socket *socket, int level, int name, const void *value, socklen_t length)
{
    if (usrsctp_setsockopt(socket, level, name, value, length) < 0)
        fail("setsockopt");
}

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static struct socket *open_socket(uint16_t sctp_port, uint16_t remote_udp_port)
{
    struct socket *socket = usrsctp_socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
    struct sockaddr_in local = loopback(sctp_port);
    struct sctp_initmsg streams = {.sinit_num_ostreams = 17, .sinit_max_instreams = 17};
    struct sctp_udpencaps encapsulation;
    int on = 1;

    if (!socket)
        fail("socket");
    memset(&encapsulation, 0, sizeof encapsulation);
    encapsulation.sue_address.ss_family = AF_INET;
    encapsulation.sue_port = htons(remote_udp_port);
    set(socket, IPPROTO_SCTP, SCTP_REMOTE_UDP_ENCAPS_PORT, &encapsulation, sizeof encapsulation);
    set(socket, IPPROTO_SCTP, SCTP_INITMSG, &streams, sizeof streams);
    set(socket, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof on);
    if (usrsctp_bind(socket, (struct sockaddr *)&local, sizeof local) < 0)
        fail("bind");
    return socket;
}

static struct socket *establish(struct socket *socket, int listening, uint16_t sctp_port)
{
    struct sockaddr_in remote = loopback(sctp_port);
    struct socket *accepted;
    int on = 1;

    if (!listening) {
        if (usrsctp_connect(socket, (struct sockaddr *)&remote, sizeof remote) < 0)
            fail("connect");
        return socket;
    }
    if (usrsctp_listen(socket, 1) < 0)
        fail("listen");
    say("listening");
    accepted = usrsctp_accept(socket, NULL, NULL);
    if (!accepted)
        fail("accept");
    set(accepted, IPPROTO_SCTP, SCTP_RECVRCVINFO, &on, sizeof on);
    return accepted;
}

/* Reads one whole message. Returns its length, 0 at the end of the association, -1 on reset. */
static ssize_t receive(struct socket *socket, struct sctp_rcvinfo *info)
{
    size_t length = 0;
    int flags;

    do {
        struct sockaddr_in from;
        socklen_t from_length = sizeof from, info_length = sizeof *info;
        unsigned int info_type;
        ssize_t read;

        flags = 0;
        read = usrsctp_recvv(socket, message + length, sizeof message - length,
                             (struct sockaddr *)&from, &from_length, info, &info_length,
                             &info_type, &flags);
        if (read <= 0)
            return read;
        length += (size_t)read;
    } while (!(flags & MSG_EOR));
    return (ssize_t)length;
}

static void echo(struct socket *socket, size_t length, const struct sctp_rcvinfo *received)
{
    struct sctp_sndinfo info;

    memset(&info, 0, sizeof info);
    info.snd_sid = received->rcv_sid;
    info.snd_ppid = received->rcv_ppid;
    if (usrsctp_sendv(socket, message, length, NULL, 0, &info, sizeof info, SCTP_SENDV_SNDINFO, 0) < 0)
        fail("send");
}

static int is_order(const char *order, ssize_t length)
{
    return length == (ssize_t)strlen(order) && !memcmp(message, order, (size_t)length);
}

static void serve(struct socket *socket)
{
    struct sctp_rcvinfo info;
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    ssize_t length;

    while ((length = receive(socket, &info)) > 0) {
        if (is_order("die", length)) {
            _exit(0);
        } else if (is_order("close", length)) {
            usrsctp_shutdown(socket, SHUT_WR);
        } else if (is_order("abort", length)) {
            set(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            break;
        } else {
            echo(socket, (size_t)length, &info);
        }
    }
    if (length <= 0)
        say(length == 0 ? "eof" : "reset");
    usrsctp_close(socket);
}

int main(int argc, char **argv)
{
    struct socket *socket, *association;
    int listening;

    if (argc != 5) {
        fprintf(stderr, "usage: usrsctp_peer listen|connect UDP_PORT SCTP_PORT REMOTE_UDP_PORT\n");
        return 2;
    }
    listening = !strcmp(argv[1], "listen");
    usrsctp_init((uint16_t)atoi(argv[2]), NULL, NULL);
    usrsctp_sysctl_set_sctp_blackhole(2);
    socket = open_socket((uint16_t)atoi(argv[3]), (uint16_t)atoi(argv[4]));
    association = establish(socket, listening, (uint16_t)atoi(argv[3]));
    say("up");
    serve(association);
    if (listening)
        usrsctp_close(socket);
    while (usrsctp_finish() != 0)
        usleep(10000);
    return 0;
}
