// Package control serves many clouds from one process: a registry of named, isolated clouds, the addresses under which
// clients reach them, and the control API under /_fauxstack/, which makes, forks, breaks and mends them. Its contract is
// openapi.yaml; package control/client speaks to it.
//
// A cloud named blue is reached below the path /clouds/blue of the server's address, under the host name blue.localhost (or
// blue.HOST, for every base host that the server knows), and on a port of its own if it was given one. Whatever is not
// another cloud's is the first cloud's, default.
package control
