package errs

import (
	"errors"
	"syscall"
)

// Full is what people are told when there is no room left where things are stored.
func Full(cause error) *Error {
	return New(Unavailable, "storage_full", "The server has no room left, so nothing was changed. Tell whoever runs it, then try again.").WithCause(cause)
}

// IsFull says whether the system refused to store something because there is no room:
// a full disk, a used-up quota, a limit of file sizes.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
