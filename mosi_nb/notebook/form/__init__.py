"""Forms that write cells: `%mosi_form`."""
