// Package client speaks to the control API of a fauxstack server: it makes clouds, forks them and takes them back, moves
// their clocks, breaks their stores and breaks their answers.
//
// The clouds themselves are reached with ordinary OpenStack clients, at Cloud.AuthURL.
package client
