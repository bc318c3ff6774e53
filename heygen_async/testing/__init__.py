"""What a test needs to await HeyGen without waiting for it.

`heygen_async.testing.plugin` is loaded by pytest and offers the markers `virtual_time` and
`real_time` and the fixture `heygen_simulator`. `heygen_async.testing.virtual` holds
`VirtualTimeLoop`, for every other test runner. Nothing is imported here, so that having the
package installed costs a test run nothing.
"""

from __future__ import annotations
