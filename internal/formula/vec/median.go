package vec

import (
	"math/bits"
	"slices"
)

// Median is the middle of numbers, the mean of the two middle ones if their
// count is even; it moves them about. ok is false for none.
func Median(r *Run, nums []float64) (m float64, ok bool, err error) {
	n := len(nums)
	if n == 0 {
		return 0, false, nil
	}
	if err := partition(r, nums, n/2); err != nil {
		return 0, false, err
	}
	if n%2 == 1 {
		return nums[n/2], true, nil
	}
	below := slices.Max(nums[:n/2])
	return below/2 + nums[n/2]/2, true, nil
}

// fewNumbers are sorted rather than parted.
const fewNumbers = 32

// partition moves numbers about until the k-th smallest is at position k, the
// smaller ones before it. It halves the part that holds k around a pivot; where
// the pivots turn out badly it sorts that part instead.
func partition(r *Run, nums []float64, k int) error {
	lo, hi := 0, len(nums)
	for tries := 2 * bits.Len(uint(hi)); hi-lo > fewNumbers && tries > 0; tries-- {
		if err := r.Step(); err != nil {
			return err
		}
		less, more := split(nums[lo:hi])
		switch {
		case k < lo+less:
			hi = lo + less
		case k < lo+more:
			return nil // in the run of numbers equal to the pivot
		default:
			lo += more
		}
	}
	slices.Sort(nums[lo:hi])
	return nil
}

// split orders numbers into smaller ones than a pivot, equal ones, and greater
// ones, and gives where the equal ones begin and end.
func split(nums []float64) (less, more int) {
	a, b, c := nums[0], nums[len(nums)/2], nums[len(nums)-1]
	pivot := max(min(a, b), min(max(a, b), c))
	more = len(nums)
	for i := 0; i < more; {
		switch f := nums[i]; {
		case f < pivot:
			nums[i], nums[less] = nums[less], f
			less++
			i++
		case f > pivot:
			more--
			nums[i], nums[more] = nums[more], f
		default:
			i++
		}
	}
	return less, more
}
